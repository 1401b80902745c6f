"""What happened, for traces, metrics and logs: one span, one measurement and one log line for each attempt.

Names follow OpenTelemetry's conventions for HTTP clients. Without an SDK that a program sets up, all of it is a no-op.
No header, body or key gets in here, and no trace context goes out: those who are asked are strangers.
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from opentelemetry import metrics, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import SpanKind, Status, StatusCode, TracerProvider

from research_agent.sources.http.exchange import Call
from research_agent.sources.http.redaction import shown

NAME: Final = "research_agent.sources.http"
PAGE: Final = "page"
"""The service that a page on the web counts as: metrics with a series for each host would grow without end."""

# The buckets that the conventions advise, in seconds, and two for the slow searches of live sources.
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 60)

_log = logging.getLogger(NAME)


class Telemetry:
    """Where the client says what it does."""

    def __init__(
        self,
        *,
        tracers: TracerProvider | None = None,
        meters: MeterProvider | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Use these providers; None: those that the program has set."""
        self._clock = clock
        self._tracer = trace.get_tracer(NAME, tracer_provider=tracers)
        meter = metrics.get_meter(NAME, meter_provider=meters)
        self._durations = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of attempts, to the last byte of the body.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )
        self._waits = meter.create_histogram(
            "research_agent.http.politeness.wait", unit="s", description="Waits for a turn in a service's limit."
        )
        self._calls = meter.create_counter(
            "research_agent.http.calls", unit="{call}", description="Calls by where their answer came from."
        )
        self._retries = meter.create_counter(
            "research_agent.http.retries", unit="{attempt}", description="Attempts beyond a call's first."
        )

    def attempt(self, call: Call, address: str, *, method: str, number: int) -> "AttemptRecord":
        """Begin the record of an attempt that goes out to the network now."""
        parts = urlsplit(address)
        fixed: dict[str, str | int] = {
            "http.request.method": method,
            "url.scheme": parts.scheme,
            "server.port": parts.port or (443 if parts.scheme == "https" else 80),
            "peer.service": service_of(call),
        }
        span = self._tracer.start_span(
            method,
            kind=SpanKind.CLIENT,
            attributes={**fixed, "server.address": parts.hostname or "", "url.full": shown(address)},
        )
        if number > 1:
            span.set_attribute("http.request.resend_count", number - 1)
            self._retries.add(1, {"peer.service": service_of(call)})
        return AttemptRecord(
            telemetry=self, span=span, fixed=fixed, address=shown(address), number=number, began=self._clock()
        )

    def waited(self, call: Call, seconds: float) -> None:
        """A request had to wait for its turn."""
        self._waits.record(seconds, {"peer.service": service_of(call)})

    def answered(self, call: Call, *, source: str) -> None:
        """A call has its answer, from "cache" or "network", or ended with an error of this type."""
        self._calls.add(1, {"peer.service": service_of(call), "research_agent.answer": source})

    def _ended(self, seconds: float, attributes: dict[str, str | int]) -> None:
        self._durations.record(seconds, attributes)

    @property
    def clock(self) -> Callable[[], float]:
        """Steady seconds."""
        return self._clock


def quiet_libraries() -> None:
    """Let the libraries below log warnings only: they write addresses and header fields, keys among them, to logs."""
    for name in ("httpx", "httpcore", "hpack", "hishel"):
        logging.getLogger(name).setLevel(logging.WARNING)


class AttemptRecord:
    """The span, the measurement and the log line of one attempt; all are written when it ends."""

    def __init__(
        self,
        *,
        telemetry: Telemetry,
        span: trace.Span,
        fixed: dict[str, str | int],
        address: str,
        number: int,
        began: float,
    ) -> None:
        self._telemetry, self._span, self._fixed = telemetry, span, fixed
        self._address, self._number, self._began = address, number, began
        self._found: dict[str, str | int] = {}

    def answered(self, status: int, version: str) -> None:
        """The head of an answer came."""
        self._found["http.response.status_code"] = status
        self._found["network.protocol.version"] = version.removeprefix("HTTP/")

    def end(self, error: BaseException | None, *, size: int) -> None:
        """The attempt is over: its body came (`size` bytes as packed), or it ended with an error."""
        status = int(self._found.get("http.response.status_code", 0))
        if error is not None:
            self._found["error.type"] = type(error).__name__
        elif status >= 400:
            self._found["error.type"] = str(status)
        self._span.set_attributes({**self._found, "http.response.body.size": size})
        if "error.type" in self._found:
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()
        seconds = self._telemetry.clock() - self._began
        self._telemetry._ended(seconds, {**self._fixed, **self._found})  # noqa: SLF001 -- two halves of one record
        _log.info(
            "attempt",
            extra={
                "method": self._fixed["http.request.method"],
                "address": self._address,
                "attempt": self._number,
                "status": status or None,
                "error": self._found.get("error.type"),
                "seconds": round(seconds, 4),
                "bytes": size,
            },
        )


def service_of(call: Call) -> str:
    """The service that a call asks, by its limit's name; a page on the web is one of all pages."""
    return call.limit.name if call.limit else PAGE
