"""A collection whose files begin with a byte-order mark is the same collection."""

import codecs
from pathlib import Path

from eval.retrieval.beir_folder import CORPUS, GRADES, QUERIES, Collection, read_collection

FILES = {
    CORPUS: '{"_id": "d1", "title": "", "text": "one"}\n{"_id": "d2", "text": "two"}\n',
    QUERIES: '{"_id": "q1", "text": "which?"}\n',
    GRADES: "query-id\tcorpus-id\tscore\nq1\td2\t1\n",
}


def collection(folder: Path, begin: bytes) -> Collection:
    (folder / "qrels").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_bytes(begin + text.encode())
    return read_collection(folder)


def test_files_with_a_byte_order_mark_are_read(tmp_path):
    plain, marked = (collection(tmp_path / name, begin) for name, begin in (("a", b""), ("b", codecs.BOM_UTF8)))
    assert (marked.names, marked.queries, marked.grades) == (plain.names, plain.queries, plain.grades)
