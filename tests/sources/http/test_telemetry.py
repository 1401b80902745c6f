"""What is told of each attempt, and that no key is."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from research_agent.errors import NetworkError
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import Call, Credentials
from research_agent.sources.http.telemetry import Telemetry
from tests.sources.http.conftest import EAGER, Opening
from tests.sources.http.faulty_server import Server, reply, reset

pytestmark = pytest.mark.anyio


class Told:
    """A program's own providers, which keep what they are told."""

    def __init__(self) -> None:
        self._spans, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        tracers = TracerProvider()
        tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self.telemetry = Telemetry(tracers=tracers, meters=MeterProvider([self._reader]))

    @property
    def spans(self) -> list[dict[str, object]]:
        return [dict(span.attributes or {}) for span in self._spans.get_finished_spans()]

    @property
    def everything(self) -> str:
        return json.dumps([span.to_json() for span in self._spans.get_finished_spans()]) + self.metrics

    @property
    def metrics(self) -> str:
        data = self._reader.get_metrics_data()
        return data.to_json() if data else ""

    def points(self, name: str) -> list[dict[str, object]]:
        metrics = json.loads(self.metrics)["resource_metrics"][0]["scope_metrics"][0]["metrics"]
        found = [point for metric in metrics if metric["name"] == name for point in metric["data"]["data_points"]]
        return sorted(found, key=str)


class _Everything(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{record.getMessage()} {vars(record)}"


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def log() -> Iterator[StringIO]:
    """All that any library writes to a log, down to the least."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Everything())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


async def test_each_attempt_is_a_span_and_a_measurement(
    server: Server, opened: Opening, soon: Deadline, told: Told
) -> None:
    server.answers("/", reset, reply(status=503), reply(b"[1]"))
    async with opened(telemetry=told.telemetry) as client:
        await client.fetch(Call(url=server.url("/?q=x"), limit=EAGER), soon)
    assert [span.get("error.type") for span in told.spans] == ["UnreachableError", "ServiceFailedError", None]
    assert [span.get("http.request.resend_count") for span in told.spans] == [None, 1, 2]
    assert [span.get("http.response.status_code") for span in told.spans] == [None, 503, 200]
    last = told.spans[-1]
    assert last["url.full"] == server.url("/?q=x")
    assert (last["server.address"], last["server.port"]) == ("service.test", server.port)
    assert (last["network.protocol.version"], last["http.response.body.size"]) == ("1.1", 3)
    assert sum(int(str(p["count"])) for p in told.points("http.client.request.duration")) == 3
    assert [point["value"] for point in told.points("research_agent.http.retries")] == [2]
    assert told.points("research_agent.http.calls")[0]["attributes"] == {
        "peer.service": "eager",
        "research_agent.answer": "network",
    }


async def test_no_key_gets_into_a_span_a_metric_a_log_or_an_error(
    server: Server, opened: Opening, soon: Deadline, told: Told, log: StringIO
) -> None:
    server.answers("/", reply(set_cookie="id=s3cret"))
    server.answers("/fails", reply(status=500))
    server.answers("/leads", reply(status=302, location="/?token=s3cret"))
    keys = Credentials(headers={"authorization": "Bearer s3cret"}, parameters={"api_key": "s3cret"})
    errors = []
    async with opened(telemetry=told.telemetry) as client:
        for path in ("/", "/fails", "/leads", "/?access_token=s3cret"):
            try:
                await client.fetch(Call(url=server.url(path), limit=EAGER, credentials=keys), soon)
            except NetworkError as error:
                errors.append(str(error))
    assert len(errors) == 1
    assert len(told.spans) == 1 + 7 + 2 + 1
    assert "attempt" in log.getvalue()
    for told_to in (told.everything, log.getvalue(), *errors):
        assert "s3cret" not in told_to


async def test_no_trace_goes_out_to_strangers(server: Server, opened: Opening, soon: Deadline, told: Told) -> None:
    server.answers("/", reply())
    async with opened(telemetry=told.telemetry) as client:
        await client.fetch(Call(url=server.url("/"), limit=EAGER), soon)
    assert not {"traceparent", "tracestate", "baggage"} & set(server.asked[0].fields)


async def test_pages_of_many_hosts_are_one_series(server: Server, opened: Opening, soon: Deadline, told: Told) -> None:
    server.answers("/", reply())
    async with opened(telemetry=told.telemetry) as client:
        for host in ("a.test", "b.test", "c.test"):
            await client.fetch(Call(url=server.url("/", host)), soon)
    assert len(told.points("http.client.request.duration")) == 1
