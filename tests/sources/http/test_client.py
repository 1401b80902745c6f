"""The client against a real server that misbehaves: each practice seen at work."""

import gzip
import json
import random
import zlib
from collections.abc import Callable

import anyio
import pytest
from anyio.abc import ByteStream

from research_agent.errors import (
    CircuitOpenError,
    DeadlineExceededError,
    NetworkError,
    NotPublicError,
    RateLimitedError,
    RedirectError,
    ServiceFailedError,
    TimedOutError,
    TooLargeError,
    UnexpectedContentError,
    UnreachableError,
)
from research_agent.sources.http.breaker import State
from research_agent.sources.http.client import accept_field, user_agent
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import ApiLimit, Call, Credentials, Rate
from research_agent.sources.http.politeness import Politeness
from research_agent.sources.http.settings import Breaker, HttpSettings, Retries, Sizes, Timeouts
from tests.sources.http.conftest import EAGER, Opening
from tests.sources.http.faulty_server import (
    Asked,
    Server,
    dies_in_the_middle,
    drips,
    endless,
    free_port,
    head,
    never,
    reply,
    reset,
)

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024


def call(server: Server, path: str = "/", **given: object) -> Call:
    return Call(**{"url": server.url(path), "limit": EAGER, **given})  # type: ignore[arg-type]  # fields by name


async def test_an_answer_has_status_fields_body_and_address(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/works", reply(b'{"n": 1}', x_total="1", set_cookie="id=7"))
    async with opened(contact="me@example.org") as client:
        answer = await client.fetch(call(server, "/works?q=a", accept=("application/json",)), soon)
    assert (answer.status, answer.body, answer.media_type) == (200, b'{"n": 1}', "application/json")
    assert answer.address == server.url("/works?q=a")
    assert answer.headers["x-total"] == "1"
    assert "set-cookie" not in answer.headers
    asked = server.asked[0].fields
    assert asked["accept"] == "application/json"
    assert asked["user-agent"].endswith("(+mailto:me@example.org)")


def test_the_user_agent_names_us_and_whom_to_write_to() -> None:
    assert user_agent("").startswith("research-agent/")
    assert user_agent("https://example.org/bot").endswith(" (+https://example.org/bot)")


async def test_no_cookie_is_sent_back(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/", reply(set_cookie="id=7; Path=/"))
    async with opened() as client:
        await client.fetch(call(server), soon)
        await client.fetch(call(server), soon)
    assert "cookie" not in server.asked[1].fields


def test_accept_names_whole_types_and_no_patterns() -> None:
    assert accept_field(("application/json", "application/*+json")) == "application/json"
    assert accept_field(("text/*",)) == "text/*"
    assert accept_field(("application/*+xml",)) == "*/*"


async def test_of_a_head_the_fields_come_and_no_body(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/", reply(b"x" * 100, content_encoding="gzip"))
    async with opened() as client:
        answer = await client.fetch(call(server, method="HEAD"), soon)
    assert (answer.body, answer.headers["content-length"], server.asked[0].method) == (b"", "100", "HEAD")


@pytest.mark.parametrize(
    "url", ["example.org", "http://", "https://[::1/", "http://\ud800/", "http://a" + "b" * 70_000]
)
async def test_what_is_no_address_is_refused(url: str, opened: Opening, soon: Deadline) -> None:
    async with opened() as client:
        with pytest.raises(NotPublicError):
            await client.fetch(Call(url=url), soon)


# Retries


@pytest.mark.parametrize("fault", [reset, dies_in_the_middle, reply(status=500), reply(status=503), reply(status=429)])
async def test_what_passes_is_asked_again(
    fault: Callable[..., None], server: Server, opened: Opening, soon: Deadline, waits: list[float]
) -> None:
    server.answers("/", fault, fault, reply(b"[1]"))  # type: ignore[arg-type]  # pytest's parameters are untyped
    async with opened() as client:
        answer = await client.fetch(call(server), soon)
    assert (answer.body, server.count("/"), len(waits)) == (b"[1]", 3, 2)


async def test_waits_are_drawn_from_bounds_that_double(
    server: Server, opened: Opening, soon: Deadline, waits: list[float]
) -> None:
    server.answers("/", reply(status=500))
    async with opened(randomness=random.Random(3)) as client:
        with pytest.raises(ServiceFailedError, match="7 attempts were made"):
            await client.fetch(call(server), soon)
    expected = random.Random(3)
    assert waits == [expected.uniform(0, bound) for bound in (0.5, 1, 2, 4, 8, 16)]


@pytest.mark.parametrize(
    ("said", "seconds"), [("7", 7.0), ("Tue, 24 Nov 2026 12:00:30 GMT", 30.0)], ids=["seconds", "date"]
)
async def test_a_pause_that_is_asked_for_is_kept(
    said: str, seconds: float, server: Server, opened: Opening, soon: Deadline, waits: list[float]
) -> None:
    server.answers("/", reply(status=429, retry_after=said), reply())
    async with opened() as client:
        await client.fetch(call(server), soon)
    assert waits[0] == seconds


async def test_a_pause_longer_than_we_wait_ends_it_at_once(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/", reply(status=429, retry_after="3600"))
    async with opened() as client:
        with pytest.raises(RateLimitedError, match="a pause of 3600 s is asked for") as caught:
            await client.fetch(call(server), soon)
    assert (caught.value.retry_after, server.count("/")) == (3600, 1)


async def test_a_pause_that_one_task_was_asked_for_holds_back_the_others(
    server: Server, opened: Opening, waits: list[float]
) -> None:
    server.answers("/a", reply(status=429, retry_after="50"))
    server.answers("/b", reply())
    settings = HttpSettings(retries=Retries(attempts=1))
    async with opened(settings=settings, politeness=Politeness(clock=lambda: 0.0)) as client:
        with pytest.raises(RateLimitedError):
            await client.fetch(call(server, "/a"), Deadline.after(60))
        await client.fetch(call(server, "/b"), Deadline.after(60))
        with pytest.raises(DeadlineExceededError, match="only when this run must be over"):
            await client.fetch(call(server, "/b"), Deadline.after(5))
    assert waits == [50]
    assert server.count("/b") == 1


async def test_what_is_posted_to_change_something_is_not_posted_twice(
    server: Server, opened: Opening, soon: Deadline
) -> None:
    server.answers("/", reply(status=503))
    async with opened() as client:
        with pytest.raises(ServiceFailedError, match="may not be made twice"):
            await client.fetch(call(server, method="POST", body=b"{}"), soon)
        assert server.count("/") == 1
        with pytest.raises(ServiceFailedError, match="7 attempts"):
            await client.fetch(call(server, method="POST", body=b"{}", only_asks=True), soon)
    assert {(one.method, one.body, one.fields["content-length"]) for one in server.asked} == {("POST", b"{}", "2")}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 501])
async def test_an_answer_that_does_not_pass_is_an_answer(
    status: int, server: Server, opened: Opening, soon: Deadline
) -> None:
    server.answers("/", reply(b"<p>no</p>", status, "text/html"))
    async with opened() as client:
        answer = await client.fetch(call(server, accept=("application/json",)), soon)
    assert (answer.status, answer.body, server.count("/")) == (status, b"<p>no</p>", 1)


async def test_retries_of_a_host_stay_within_its_budget(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/", reply(status=500))
    server.answers("/well", reply())
    settings = HttpSettings(retries=Retries(budget_reserve=2), breaker=Breaker(fewest=1000, window=1000))
    async with opened(settings=settings) as client:
        for _ in range(10):
            await client.fetch(call(server, "/well"), soon)
        for _ in range(5):
            with pytest.raises(ServiceFailedError):
                await client.fetch(call(server), soon)
        with pytest.raises(ServiceFailedError, match="budget of retries"):
            await client.fetch(call(server), soon)
    retries = server.count("/") - 6
    assert retries == 2 + int(0.2 * 16)


# Deadlines and timeouts


async def test_no_attempt_begins_that_cannot_end_in_time(server: Server, opened: Opening) -> None:
    server.answers("/", reply())
    async with opened() as client:
        with pytest.raises(DeadlineExceededError, match="was not asked"):
            await client.fetch(call(server), Deadline.after(0.1))
    assert server.asked == []


async def test_a_retry_does_not_outlive_the_run(server: Server, opened: Opening, waits: list[float]) -> None:
    server.answers("/", reply(status=503, retry_after="30"))
    async with opened() as client:
        with pytest.raises(ServiceFailedError, match=r"the run has [12][0-9.]+ s left, too few for a pause of 30"):
            await client.fetch(call(server), Deadline.after(20))
    assert (server.count("/"), waits) == (1, [])


async def test_the_deadline_ends_an_attempt_that_hangs(server: Server, opened: Opening) -> None:
    server.answers("/", never)
    async with opened() as client:
        with pytest.raises(NetworkError) as caught:
            await client.fetch(call(server), Deadline.after(0.5))
    assert isinstance(caught.value, DeadlineExceededError | TimedOutError)


async def test_a_read_that_takes_too_long_is_a_timeout_and_is_asked_again(
    server: Server, opened: Opening, soon: Deadline
) -> None:
    server.answers("/", never, reply(b"[2]"))
    async with opened(settings=HttpSettings(timeouts=Timeouts(read=0.1))) as client:
        answer = await client.fetch(call(server), soon)
    assert answer.body == b"[2]"


async def test_a_drip_ends_with_the_whole_attempt(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/", drips)
    settings = HttpSettings(timeouts=Timeouts(whole_attempt=0.2), retries=Retries(attempts=2))
    async with opened(settings=settings) as client:
        with pytest.raises(TimedOutError, match="whole answer within"):
            await client.fetch(call(server), soon)
    assert server.count("/") == 2


async def test_a_cancelled_call_leaves_nothing_behind(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/drip", drips)
    server.answers("/", reply(b"[3]"))
    limit = ApiLimit(name="one", rates=(Rate(requests=100, seconds=1),), at_once=1)
    async with opened() as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.fetch, call(server, "/drip", limit=limit), soon)
            while not server.asked:
                await anyio.sleep(0.005)
            tasks.cancel_scope.cancel()
        answer = await client.fetch(call(server, limit=limit), soon)
        assert client.breaker_of("service.test") is State.CLOSED
    assert answer.body == b"[3]"


# Breaker, bulkhead, turns


async def test_a_host_that_fails_is_left_alone_and_then_probed(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/", *[reply(status=500)] * 4, reply(b"[4]"))
    settings = HttpSettings(breaker=Breaker(fewest=4, rest=10), retries=Retries(attempts=1))
    now = [0.0]
    async with opened(settings=settings, clock=lambda: now[0]) as client:
        for _ in range(4):
            with pytest.raises(ServiceFailedError):
                await client.fetch(call(server), soon)
        assert client.breaker_of("service.test") is State.OPEN
        with pytest.raises(CircuitOpenError, match="is left alone"):
            await client.fetch(call(server), soon)
        assert server.count("/") == 4
        now[0] = 10.0
        assert client.breaker_of("service.test") is State.HALF_OPEN
        assert (await client.fetch(call(server), soon)).body == b"[4]"
        assert client.breaker_of("service.test") is State.CLOSED


async def test_a_probe_that_is_cancelled_says_nothing_of_the_host(
    server: Server, opened: Opening, soon: Deadline
) -> None:
    server.answers("/", reply(status=500))
    server.answers("/drip", drips)
    settings = HttpSettings(breaker=Breaker(fewest=1, rest=10), retries=Retries(attempts=1))
    now = [0.0]
    async with opened(settings=settings, clock=lambda: now[0]) as client:
        with pytest.raises(ServiceFailedError):
            await client.fetch(call(server), soon)
        now[0] = 10.0
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.fetch, call(server, "/drip"), soon)
            while server.count("/drip") == 0:
                await anyio.sleep(0.005)
            await anyio.sleep(0.05)
            tasks.cancel_scope.cancel()
        assert client.breaker_of("service.test") is State.HALF_OPEN


async def test_a_host_has_no_more_requests_under_way_than_it_has_places(
    server: Server, opened: Opening, soon: Deadline
) -> None:
    async def slowly(*given: object) -> None:
        await anyio.sleep(0.02)
        await reply()(*given)  # type: ignore[arg-type]  # handed on as they came

    server.answers("/", slowly)
    narrow = ApiLimit(name="narrow", rates=(Rate(requests=1000, seconds=1),), at_once=1)
    async with opened(settings=HttpSettings(at_once=3)) as client:
        async with anyio.create_task_group() as tasks:
            for _ in range(9):
                tasks.start_soon(client.fetch, call(server), soon)
        assert server.most_under_way == 3
        server.most_under_way = 0
        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(client.fetch, call(server, limit=narrow), soon)
    assert server.most_under_way == 1


async def test_a_service_is_asked_as_often_as_it_allows(
    server: Server, opened: Opening, soon: Deadline, waits: list[float]
) -> None:
    server.answers("/", reply())
    seldom = ApiLimit(name="seldom", rates=(Rate(requests=1, seconds=3),), at_once=1)
    stopped = Politeness(clock=lambda: 0.0)
    async with opened(politeness=stopped) as client, anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(client.fetch, call(server, limit=seldom), soon)
    assert waits == pytest.approx([3.3, 6.6, 9.9])


async def test_a_turn_that_comes_after_the_deadline_is_not_waited_for(
    server: Server, opened: Opening, waits: list[float]
) -> None:
    server.answers("/", reply())
    seldom = ApiLimit(name="seldom", rates=(Rate(requests=1, seconds=100),), at_once=1)
    async with opened() as client:
        await client.fetch(call(server, limit=seldom), Deadline.after(20))
        with pytest.raises(DeadlineExceededError, match="seldom may be asked again"):
            await client.fetch(call(server, limit=seldom), Deadline.after(20))
    assert waits == []


async def test_a_pause_that_a_body_asks_for_can_be_kept(
    server: Server, opened: Opening, soon: Deadline, waits: list[float]
) -> None:
    server.answers("/", reply(b'{"backoff": 10}'))
    async with opened(politeness=Politeness(clock=lambda: 0.0)) as client:
        await client.fetch(call(server), soon)
        client.hold(EAGER, 10)
        await client.fetch(call(server), soon)
    assert waits == [10]


# Sizes and kinds


async def test_a_body_that_declares_too_much_is_refused_unread(server: Server, opened: Opening, soon: Deadline) -> None:
    async def two_gibibytes(asked: Asked, stream: ByteStream) -> None:
        await stream.send(head({"content-length": str(2 * 1024 * MIB)}))
        await anyio.sleep_forever()

    server.answers("/", two_gibibytes)
    async with opened() as client:
        with pytest.raises(TooLargeError, match="it has 2,147,483,648 bytes, and we take 20,971,520"):
            await client.fetch(call(server), soon)
    assert server.count("/") == 1


async def test_a_body_without_end_is_refused_at_the_limit(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/", endless(b"x" * 65_536))
    async with opened(settings=HttpSettings(sizes=Sizes(packed=MIB))) as client:
        with pytest.raises(TooLargeError, match="1,048,576 bytes"):
            await client.fetch(call(server), soon)


async def test_a_small_body_that_unpacks_to_a_large_one_is_refused(
    server: Server, opened: Opening, soon: Deadline
) -> None:
    bomb = gzip.compress(bytes(64 * MIB))
    assert len(bomb) < MIB
    server.answers("/", reply(bomb, content_encoding="gzip"))
    async with opened(settings=HttpSettings(sizes=Sizes(unpacked=MIB))) as client:
        with pytest.raises(TooLargeError, match="unpacks to more"):
            await client.fetch(call(server), soon)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"[5, 6]")),
        ("x-gzip", gzip.compress(b"[5,") + gzip.compress(b" 6]")),
        ("deflate", zlib.compress(b"[5, 6]")),
        ("deflate", zlib.compress(b"[5, 6]", wbits=-15)),
        ("identity", b"[5, 6]"),
    ],
    # By name: the header of gzip holds the time, and every worker has to collect the same tests.
    ids=("gzip", "two gzip members", "zlib", "raw deflate", "identity"),
)
async def test_a_packed_body_is_unpacked(
    encoding: str, packed: bytes, server: Server, opened: Opening, soon: Deadline
) -> None:
    server.answers("/", reply(packed, content_encoding=encoding))
    async with opened() as client:
        assert (await client.fetch(call(server), soon)).body == b"[5, 6]"


async def test_html_where_json_was_asked_for_is_refused_unread(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/", endless(b"<p>", content_type="text/html; charset=utf-8"))
    async with opened() as client:
        with pytest.raises(UnexpectedContentError, match="text/html where application/json"):
            await client.fetch(call(server, accept=("application/json", "application/*+json")), soon)


# Redirects and addresses


async def test_redirects_are_followed_and_told(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/a", reply(status=302, location="/b?x=1"))
    server.answers("/b", reply(status=301, location=server.url("/c", "other.test")))
    server.answers("/c", reply(b"[7]"))
    async with opened() as client:
        answer = await client.fetch(call(server, "/a"), soon)
    assert (answer.body, answer.address) == (b"[7]", server.url("/c", "other.test"))
    assert answer.redirects == (server.url("/a"), server.url("/b?x=1"))


async def test_five_redirects_are_followed_and_no_more(server: Server, opened: Opening, soon: Deadline) -> None:
    for number in range(6):
        server.answers(f"/{number}", reply(status=302, location=f"/{number + 1}"))
    server.answers("/6", reply())
    async with opened() as client:
        assert (await client.fetch(call(server, "/1"), soon)).address == server.url("/6")
        with pytest.raises(RedirectError, match="more than 5 times"):
            await client.fetch(call(server, "/0"), soon)


async def test_a_circle_is_seen(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/a", reply(status=302, location="/b"))
    server.answers("/b", reply(status=302, location="/a"))
    async with opened() as client:
        with pytest.raises(RedirectError, match="in a circle"):
            await client.fetch(call(server, "/a"), soon)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "file:///etc/passwd", "http://0x7f.1:8080/"],
)
async def test_a_redirect_to_where_nobody_should_go_is_not_followed(
    target: str, server: Server, opened: Opening, soon: Deadline
) -> None:
    server.answers("/", reply(status=302, location=target))
    async with opened() as client:
        with pytest.raises(NotPublicError, match="Nothing was sent"):
            await client.fetch(call(server), soon)


async def test_a_name_that_leads_to_a_private_address_is_not_asked(
    server: Server, opened: Opening, soon: Deadline
) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "service.test" else ["127.0.0.1", "192.168.1.1"]

    server.answers("/", reply(status=302, location=server.url("/inside", "rebound.test")))
    server.answers("/inside", reply())
    async with opened(resolve=resolve) as client:
        with pytest.raises(NotPublicError, match=r"rebound\.test leads to 192\.168\.1\.1"):
            await client.fetch(call(server), soon)
    assert server.count("/inside") == 0


async def test_the_default_rule_asks_nothing_on_this_machine(server: Server, opened: Opening, soon: Deadline) -> None:
    from research_agent.sources.http.safety import not_public

    async with opened(rule=not_public) as client:
        with pytest.raises(NotPublicError, match="this machine's own"):
            await client.fetch(call(server), soon)
        with pytest.raises(NotPublicError, match="this machine's own"):
            await client.fetch(Call(url=f"http://127.0.0.1:{server.port}/"), soon)
    assert server.connections == 0


async def test_no_proxy_of_the_environment_is_used(
    server: Server, opened: Opening, soon: Deadline, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    server.answers("/", reply(b"[9]"))
    async with opened() as client:
        assert (await client.fetch(call(server), soon)).body == b"[9]"


async def test_a_service_of_the_user_s_own_is_asked_by_calls_that_say_so_and_by_no_others(
    server: Server, opened: Opening, soon: Deadline
) -> None:
    from research_agent.sources.http.safety import not_public

    server.answers("/", reply(status=302, location="/search"))
    server.answers("/search", reply(b"[8]"))
    server.answers("/page", reply(status=302, location=server.url("/", "search.home")))
    own = server.url("/", "search.home")
    async with opened(rule=not_public, own_services=[own]) as client:
        assert (await client.fetch(Call(url=own, own_service=True), soon)).body == b"[8]"
        for refused in (
            Call(url=own),
            Call(url=server.url("/page", "public.test")),
            Call(url=server.url("/", "other.home"), own_service=True),
        ):
            with pytest.raises(NotPublicError):
                await client.fetch(refused, soon)
    assert server.count("/") == server.count("/search") == 1


# Keys


async def test_keys_reach_the_service_and_nobody_else(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/a", reply(status=302, location="/b?q=1&key=s3cret"))
    server.answers("/b", reply(status=302, location=server.url("/c", "other.test")))
    server.answers("/c", reply())
    keys = Credentials(headers={"x-api-key": "s3cret"}, parameters={"key": "s3cret"})
    async with opened() as client:
        answer = await client.fetch(call(server, "/a?q=1", credentials=keys), soon)
    at_home, again, elsewhere = server.asked
    assert at_home.fields["x-api-key"] == again.fields["x-api-key"] == "s3cret"
    assert at_home.target == "/a?q=1&key=s3cret"
    assert again.target == "/b?q=1&key=s3cret"
    assert "x-api-key" not in elsewhere.fields
    assert elsewhere.target == "/c"
    assert "s3cret" not in repr((answer, keys, call(server, credentials=keys)))


async def test_a_connection_serves_many_requests(server: Server, opened: Opening, soon: Deadline) -> None:
    server.answers("/", reply(json.dumps(list(range(100))).encode()))
    async with opened() as client:
        for _ in range(5):
            await client.fetch(call(server), soon)
    assert server.connections == 1


async def test_a_host_that_nobody_knows_is_unreachable_and_not_asked_again(opened: Opening, soon: Deadline) -> None:
    import socket

    async def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with opened(resolve=resolve) as client:
        with pytest.raises(UnreachableError, match="could not be looked up"):
            await client.fetch(Call(url="https://nowhere.example/"), soon)


async def test_a_refused_connection_is_unreachable(opened: Opening, soon: Deadline, waits: list[float]) -> None:
    async with opened() as client:
        with pytest.raises(UnreachableError, match="could not be reached"):
            await client.fetch(Call(url=f"http://service.test:{free_port()}/", limit=EAGER), soon)
    assert len(waits) == 2
