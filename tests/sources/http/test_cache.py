"""The cache on disk: what is kept, for how long, for whom, and what never gets into it."""

import sqlite3
from pathlib import Path

import pytest

from research_agent.errors import ServiceFailedError, StoreError
from research_agent.sources.http.cache import FILE
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import Call, Credentials
from research_agent.sources.http.settings import Caching, HttpSettings, Retries
from tests.sources.http.conftest import EAGER, Opening
from tests.sources.http.faulty_server import Server, dies_in_the_middle, reply, reset, revalidating

pytestmark = pytest.mark.anyio


def call(server: Server, path: str = "/", **given: object) -> Call:
    return Call(**{"url": server.url(path), "limit": EAGER, **given})  # type: ignore[arg-type]  # fields by name


async def test_the_same_run_twice_fetches_nothing_twice(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    server.answers("/old", reply(status=301, location="/works"))
    server.answers("/works", reply(b"[1]"))
    server.answers("/gone", reply(b"no", 404))
    for first in (True, False):
        async with opened(cache_folder=tmp_path) as client:
            for path in ("/old", "/works?q=a", "/gone"):
                answer = await client.fetch(call(server, path), soon)
                assert answer.from_cache is not first
    assert len(server.asked) == 4


async def test_what_is_stale_is_asked_whether_it_still_holds(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    server.answers("/", revalidating(b"[2]", '"v1"', cache_control="max-age=0"))
    async with opened(cache_folder=tmp_path) as client:
        answers = [await client.fetch(call(server), soon) for _ in range(2)]
    assert [(answer.body, answer.from_cache) for answer in answers] == [(b"[2]", False), (b"[2]", True)]
    assert server.asked[1].fields["if-none-match"] == '"v1"'


async def test_a_call_for_what_is_fresh_asks_even_for_what_is_young(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    server.answers("/", revalidating(b"[3]", '"v1"'))
    async with opened(cache_folder=tmp_path) as client:
        await client.fetch(call(server), soon)
        await client.fetch(call(server, fresh=True), soon)
    assert len(server.asked) == 2


async def test_what_may_not_be_kept_is_not(server: Server, opened: Opening, soon: Deadline, tmp_path: Path) -> None:
    server.answers("/", reply(b"private words", cache_control="no-store"))
    async with opened(cache_folder=tmp_path) as client:
        for _ in range(2):
            assert not (await client.fetch(call(server), soon)).from_cache
    assert b"private words" not in everything_in(tmp_path)


async def test_what_is_for_one_user_is_kept_for_that_user(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    server.answers("/", reply(cache_control="private, max-age=60"))
    async with opened(cache_folder=tmp_path) as client:
        answers = [await client.fetch(call(server), soon) for _ in range(2)]
    assert [answer.from_cache for answer in answers] == [False, True]


async def test_what_broke_off_is_not_kept(server: Server, opened: Opening, soon: Deadline, tmp_path: Path) -> None:
    server.answers("/", dies_in_the_middle, reset, reply(b"[4]", 500), reply(b"[5]"))
    async with opened(cache_folder=tmp_path) as client:
        answers = [await client.fetch(call(server), soon) for _ in range(2)]
    assert [answer.body for answer in answers] == [b"[5]", b"[5]"]
    assert [answer.from_cache for answer in answers] == [False, True]


async def test_a_search_by_post_is_kept_by_its_body(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    server.answers("/", reply(b"[6]"))
    async with opened(cache_folder=tmp_path) as client:
        for body in (b'{"q": "a"}', b'{"q": "b"}', b'{"q": "a"}'):
            await client.fetch(call(server, method="POST", body=body, only_asks=True), soon)
        for _ in range(2):
            await client.fetch(call(server, method="POST", body=b"{}"), soon)
    assert [one.body for one in server.asked] == [b'{"q": "a"}', b'{"q": "b"}', b"{}", b"{}"]


async def test_keys_are_not_on_the_disk_and_part_what_is_kept(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    server.answers("/", reply(b"[7]"))
    async with opened(cache_folder=tmp_path) as client:
        for key in ("s3cret-one", "s3cret-two", "s3cret-one"):
            keys = Credentials(headers={"authorization": f"Bearer {key}"}, parameters={"api_key": key})
            await client.fetch(call(server, credentials=keys), soon)
    assert len(server.asked) == 2
    assert b"s3cret" not in everything_in(tmp_path)


async def test_answers_by_language_are_kept_apart(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    server.answers("/", reply(b"[8]", vary="Accept-Language"))
    async with opened(cache_folder=tmp_path) as client:
        for language in ("en", "de", "en"):
            await client.fetch(call(server, headers={"accept-language": language}), soon)
    assert len(server.asked) == 2


async def test_the_folder_does_not_outgrow_its_bound(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    most = 2 * 1024 * 1024
    server.answers("/", reply(bytes(range(256)) * 1024))
    async with opened(cache_folder=tmp_path, settings=HttpSettings(caching=Caching(most=most))) as client:
        for number in range(20):
            await client.fetch(call(server, f"/?{number}"), soon)
    with sqlite3.connect(tmp_path / FILE) as kept:
        pages = kept.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").fetchone()
    assert 0 < pages[0] <= most + 512 * 1024


async def test_a_broken_file_is_replaced(server: Server, opened: Opening, soon: Deadline, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database, whatever its name says" * 100)
    server.answers("/", reply(b"[9]"))
    async with opened(cache_folder=tmp_path) as client:
        answers = [await client.fetch(call(server), soon) for _ in range(2)]
    assert [answer.from_cache for answer in answers] == [False, True]


async def test_a_folder_that_can_not_be_written_costs_the_cache_and_not_the_answer(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    server.answers("/", reply(b"[10]"))
    async with opened(cache_folder=tmp_path / "file") as client:
        for _ in range(3):
            assert (await client.fetch(call(server), soon)).body == b"[10]"
    said = [record for record in caplog.records if record.name.startswith("hishel")]
    assert len({record.getMessage() for record in said}) == len(said)
    assert all(record.exc_info is None for record in said)


async def test_a_kept_body_that_is_lost_is_said_with_what_to_do(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    server.answers("/", reply(b"[11]"))
    async with opened(cache_folder=tmp_path) as client:
        await client.fetch(call(server), soon)
        with sqlite3.connect(tmp_path / FILE) as kept:
            kept.execute("DELETE FROM streams")
        with pytest.raises(StoreError, match="Delete the file"):
            await client.fetch(call(server), soon)


async def test_what_the_cache_answers_earns_no_retries(
    server: Server, opened: Opening, soon: Deadline, tmp_path: Path
) -> None:
    server.answers("/kept", reply())
    server.answers("/", reply(status=500))
    settings = HttpSettings(retries=Retries(budget_reserve=0, attempts=9))
    async with opened(cache_folder=tmp_path, settings=settings) as client:
        for _ in range(50):
            await client.fetch(call(server, "/kept"), soon)
        with pytest.raises(ServiceFailedError, match="budget"):
            await client.fetch(call(server), soon)
    assert server.count("/") == 1


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
