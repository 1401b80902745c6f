"""Open the catalogue's database, bring its tables up to date, and turn its errors into ours.

Every access goes through `reading` and `writing`, so there is one place where a damaged file or a full disk is named.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from research_agent.errors import StoreBusyError, StoreError
from research_agent.library.lock import WriteLock
from research_agent.library.schema import HEAD

FILE = "catalogue.sqlite3"
_VERSION_TABLE = "alembic_version"
# Of each connection, and each thread has one. Searches of 100,000 passages take 23 to 24 ms with 2, 4 and 16 MB alike;
# with 16 a service of eight threads grew by 100 MB, slowly.
_CACHE_KIB = 4 * 1024


class Database:
    """A pool of connections to one catalogue whose tables are as `schema` says."""

    def __init__(self, engine: sa.Engine, location: str, *, lock: WriteLock) -> None:
        """Use `open` instead, which also migrates."""
        self._engine = engine
        self._location = location
        self._lock = lock

    @classmethod
    def open(cls, directory: Path, *, lock: WriteLock) -> Self:
        """The catalogue in this directory, made or migrated where need be.

        Raises:
            StoreError: the file is damaged, made by a newer version, or can't be written.
            StoreBusyError: another process is migrating it and did not finish in time.
        """
        path = directory / FILE
        url = sa.URL.create("sqlite", database=str(path))
        database = cls(_sqlite_engine(url, wait=lock.wait), str(path), lock=lock)
        database._bring_up_to_date()
        return database

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the catalogue for as long as it is open.

        Raises:
            StoreError: what went wrong with the database, in words.
        """
        with self._explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, at_once: bool = False) -> Iterator[sa.Connection]:
        """A transaction: all of it is kept when the block ends, nothing when it raises.

        `at_once`: don't wait for another process that writes.

        Raises:
            StoreBusyError: another process is writing for longer than we may wait.
            StoreError: what went wrong with the database, in words.
        """
        with self._explained(), self._engine.connect() as connection:
            writer = connection.execution_options(writes=True, at_once=at_once)
            with writer.begin():
                yield writer

    def check(self) -> str:
        """The first damage that the database finds in itself; empty: none."""
        with self.reading() as connection:
            if connection.dialect.name != "sqlite":
                return ""
            found = str(connection.execute(sa.text("PRAGMA quick_check(1)")).scalar_one())
        return "" if found == "ok" else found

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _bring_up_to_date(self) -> None:
        if self._version() == HEAD:
            return
        with self._lock.held("prepare its tables"):
            found = self._version()
            if found != HEAD:
                self._migrate(found)

    def _version(self) -> str | None:
        with self.reading() as connection:
            if not sa.inspect(connection).has_table(_VERSION_TABLE):
                return None
            return connection.execute(sa.text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar()  # noqa: S608 - a constant

    def _migrate(self, found: str | None) -> None:
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", "research_agent.library:migrations")
        try:
            if found is not None:
                ScriptDirectory.from_config(config).get_revision(found)
            with self.writing() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(
                f"{self._location} was made by a newer version of research-agent (its tables are at {found!r}, this "
                f"version knows {HEAD!r}). Nothing was changed. Upgrade: pip install --upgrade research-agent-mcp."
            ) from error

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DBAPIError, sqlite3.Error) as error:
            raise _explain(error, self._location) from error


def _sqlite_engine(url: sa.URL, *, wait: float) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": wait})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: object) -> None:
        # The driver's own idea of when a transaction begins would end ours early; see `_begin`.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",  # readers go on while a process writes
            "synchronous = NORMAL",  # a killed process loses nothing; a power cut at most the last transactions
            "foreign_keys = ON",
            f"cache_size = -{_CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A writer takes the write lock at once: upgrading a read transaction later fails without waiting.
        options = connection.get_execution_options()
        if options.get("writes", False):
            milliseconds = 0 if options.get("at_once", False) else int(wait * 1000)
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Past SQLAlchemy's bookkeeping, which takes ten times as long; a search begins three times.
            connection.connection.cursor().execute("BEGIN")

    return engine


def _explain(error: Exception, location: str) -> StoreError:
    original = getattr(error, "orig", None) or error
    said = str(original)
    kept = "Every step that was finished, and every vector computed so far, is kept."
    if "locked" in said or "busy" in said:
        return StoreBusyError(
            f"Another process is writing to {location} and did not finish in time. {kept} "
            "Run this again when it is done, or wait longer: RESEARCH_AGENT_LOCK_WAIT=SECONDS."
        )
    if "disk is full" in said or "disk I/O error" in said:
        return StoreError(
            f"{location} can't grow: {said}. {kept} The step in flight was undone. "
            "Free some space and run the same command again."
        )
    if "malformed" in said or "not a database" in said or "no such table" in said:
        return StoreError(
            f"The catalogue {location} is damaged: {said}. Nothing was deleted. Put back a copy of that file, or move "
            "it away and run again: a fresh one is filled from the shipped corpus (decisions and added sources are "
            "only in the old one). `research-agent doctor --repair` then rebuilds the indexes from it."
        )
    if "readonly" in said or "read-only" in said or "unable to open" in said:
        return StoreError(
            f"{location} can't be written: {said}. Nothing was changed. Make its folder writable, "
            "or choose another: RESEARCH_AGENT_DATA_DIR=FOLDER."
        )
    return StoreError(f"The catalogue {location} refused: {said}. {kept} `research-agent doctor` looks into it.")
