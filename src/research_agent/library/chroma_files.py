"""What an embedded Chroma keeps on disk, looked at without Chroma: is the graph there that its tables speak of?

Chroma 1.5.9 counts by its SQLite tables and, where the folder of a collection's graph is gone, begins a nearly empty
one without a word; searches then miss almost everything.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

_TABLES = "chroma.sqlite3"
_DATA, _ROWS = "data_level0.bin", "length.bin"
_FILES = (_DATA, _ROWS, "header.bin", "link_lists.bin", "index_metadata.pickle")
_BYTES_PER_LENGTH, _BYTES_PER_NUMBER = 4, 4
# A graph is written when enough vectors came in; until then its sequence number is missing and the vectors wait in
# the tables.
_WRITTEN = """
    SELECT segments.id, collections.dimension
    FROM collections
    JOIN segments ON segments.collection = collections.id AND segments.scope = 'VECTOR'
    JOIN max_seq_id ON max_seq_id.segment_id = segments.id
    WHERE collections.name = ?
"""


def graph_lost(directory: Path, collection: str) -> bool:
    """Whether files of a graph are missing or cut short that this collection has written.

    Where the tables can't be read nothing is said here: Chroma itself fails on them, and that is told.
    """
    tables = directory / _TABLES
    if not tables.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{tables.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)) as connection:
            written = connection.execute(_WRITTEN, (collection,)).fetchall()
    except sqlite3.Error:
        return False
    return any(not _is_whole(directory / segment, dimension or 1) for segment, dimension in written)


def _is_whole(folder: Path, dimension: int) -> bool:
    """Whether all files are there and the vectors' file holds as many rows as are said to be in it."""
    try:
        sizes = {name: (folder / name).stat().st_size for name in _FILES}
    except OSError:
        return False
    rows = sizes[_ROWS] // _BYTES_PER_LENGTH
    return bool(rows) and sizes[_DATA] % rows == 0 and sizes[_DATA] // rows >= dimension * _BYTES_PER_NUMBER
