"""Turn an ask into a call of the HTTP client, and what it brings back into an answer. Pure: one line of a driver each.

came = await client.fetch(call_of(ask, connector.limit), deadline)
page = connector.read(answer_of(ask, came, now))
"""

from datetime import datetime
from typing import Final

from research_agent.sources.connectors.base import Answer, Ask
from research_agent.sources.http import exchange

# Services say that they have no record, or what they did not like, in a page or a line of text; and some name their
# JSON otherwise. What a body really is, `read` finds out: here only pictures, archives and the like are kept away.
_TO_READ_ANYWAY: Final = ("application/*", "text/*")


def call_of(ask: Ask, limit: exchange.ApiLimit) -> exchange.Call:
    """The call that sends an ask, with its keys where neither cache nor log nor trace can hold them."""
    return exchange.Call(
        url=ask.address,
        accept=(*ask.accepts, *_TO_READ_ANYWAY),
        headers=ask.headers,
        credentials=exchange.Credentials(headers=ask.private_headers, parameters=ask.private_parameters),
        limit=limit,
        method=ask.method,
        body=ask.body or b"",
        only_asks=True,
        own_service=ask.own_service,
    )


def answer_of(ask: Ask, came: exchange.Answer, at: datetime) -> Answer:
    """The answer to an ask as connectors read it; `at` is when it came, with its time zone."""
    return Answer(ask=ask, status=came.status, headers=came.headers, body=came.body, at=at, address=came.address)
