"""What the catalogue keeps beside sources: decisions with their history, runs; and how it came to its tables."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from research_agent.errors import UnknownNameError
from research_agent.library.database import FILE
from research_agent.library.library import Library
from research_agent.library.schema import HEAD, metadata
from research_agent.model.bibliography import Bibliography
from research_agent.model.radar import Decision
from research_agent.model.source import Identifiers
from tests.library.material import GUIDE, NOW, WordEmbedder, a_source, garden, open_library

CORPUS = f"corpus:{GUIDE}"


def decided(action: str, source: str = "plant-0", **fields: object) -> Decision:
    return Decision.model_validate({"action": action, "guide": GUIDE, "domain": "1", "source": source, **fields})


def test_the_latest_decision_on_a_criterion_stands_and_the_history_is_kept(tmp_path: Path) -> None:
    clock = iter(NOW + timedelta(hours=hour) for hour in range(10))
    with Library.open(tmp_path, embedder=WordEmbedder(), clock=lambda: next(clock)) as library:
        library.ingest(CORPUS, garden(2))
        for level in (2, 5):
            library.decide(decided("judge", rubric="lmu", criterion="authority", level=level))
        library.decide(decided("judge", rubric="lmu", criterion="date", level=1))
        assert [(d.criterion, d.level) for d in library.decisions(GUIDE, "1")] == [("authority", 5), ("date", 1)]
        history = library.decision_history(GUIDE, "1")
        assert [kept.decision.level for kept in history] == [2, 5, 1]
        assert [kept.decided for kept in history] == sorted({kept.decided for kept in history})
        assert history[0].decided.tzinfo == UTC


def test_a_pin_and_a_ban_replace_each_other(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(2))
        library.decide(decided("pin"))
        library.decide(decided("ban"))
        assert [d.action for d in library.decisions(GUIDE, "1")] == ["ban"]
        library.decide(decided("pin"))
        assert [d.action for d in library.decisions(GUIDE, "1")] == ["pin"]
        assert library.decisions(GUIDE, "2") == []


def test_what_is_taken_back_stands_no_more_but_stays_in_the_history(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(2))
        library.decide(decided("pin"))
        library.decide(decided("judge", rubric="lmu", criterion="date", level=1))
        library.decide(decided("ban", source="plant-1"))
        assert {d.action for d in library.withdraw("plant-0", GUIDE, "1")} == {"pin", "judge"}
        assert [d.source for d in library.decisions(GUIDE, "1")] == ["plant-1"]
        assert [kept.withdrawn is not None for kept in library.decision_history(GUIDE, "1")] == [True, True, False]
        assert library.withdraw("plant-0", GUIDE, "1") == []


def test_a_decision_survives_ingests_and_the_merging_of_its_source(tmp_path: Path) -> None:
    doi = Identifiers(doi="10.1000/soil")
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, [a_source("soil-study-of-many-words", identifiers=doi), *garden(2)])
        library.decide(decided("pin", source="soil-study-of-many-words"))
        library.ingest("added", [a_source("soil", identifiers=doi)], replace=False)
        merged = library.source("soil-study-of-many-words").id
        assert merged == "soil"
        assert [d.source for d in library.decisions(GUIDE, "1")] == ["soil"]
        assert [d.action for d in library.withdraw("soil", GUIDE, "1")] == ["pin"]
        assert library.decisions(GUIDE, "1") == []


def test_a_decision_on_an_unknown_source_is_refused_with_the_near_matches(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(2))
        with pytest.raises(UnknownNameError, match="plant-1"):
            library.decide(decided("pin", source="plamt-1"))


def a_bibliography(inputs: str, domain: str = "1") -> Bibliography:
    return Bibliography(
        guide=GUIDE,
        guide_title="Gardening",
        domain=domain,
        domain_name="Soil",
        rubric="lmu",
        style="apa",
        as_of=2026,
        inputs=inputs,
        status="empty",
        objective=0.0,
        entries=(),
        checks=(),
    )


def test_runs_come_back_as_they_were_the_latest_first(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        first = library.save_run(a_bibliography("a"), NOW)
        second = library.save_run(a_bibliography("b"), NOW + timedelta(days=1))
        library.save_run(a_bibliography("c", domain="2"), NOW)
        assert [run.id for run in library.runs(GUIDE, "1")] == [second.id, first.id]
        assert library.run(first.id) == a_bibliography("a")
        assert library.runs(GUIDE, "1")[0].created == datetime(2026, 3, 2, 12, tzinfo=UTC)
        with pytest.raises(UnknownNameError):
            library.run("nothing")


def test_an_equal_run_is_kept_once_unless_another_came_between(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        for inputs in ("a", "a", "b", "a"):
            library.save_run(a_bibliography(inputs), NOW)
        assert [run.inputs for run in library.runs(GUIDE, "1")] == ["a", "b", "a"]


def test_a_store_of_the_first_version_is_brought_up_to_date_and_keeps_what_it_holds(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(f"corpus:{GUIDE}", garden(3))
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("ALTER TABLE passage DROP COLUMN place")
        for table in ("handle", "handle_part", "provenance", "verification"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    with open_library(tmp_path) as library:
        assert [passage.where for passage in library.passages()] == [""] * 9
        assert library.search("water plant1")


def test_migrations_lead_to_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with open_library(tmp_path):
        pass
    config = Config()
    config.set_main_option("script_location", "research_agent.library:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    engine = sa.create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        made = {
            table: {(column["name"], bool(column["nullable"])) for column in sa.inspect(connection).get_columns(table)}
            for table in metadata.tables
        }
    engine.dispose()
    for name, table in metadata.tables.items():
        assert made[name] == {(column.name, bool(column.nullable)) for column in table.columns}


def test_the_tables_can_be_made_on_postgres_too() -> None:
    from sqlalchemy.dialects.postgresql.base import PGDialect
    from sqlalchemy.schema import CreateIndex, CreateTable

    dialect: sa.Dialect = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy left it untyped
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            wanted = "CREATE UNIQUE INDEX" if index.unique else "CREATE INDEX"
            assert wanted in str(CreateIndex(index).compile(dialect=dialect))
