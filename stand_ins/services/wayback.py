"""The availability interface of the Wayback Machine: a copy of each page that a work of the catalogue has."""

from typing import Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json

_STAMP: Final = "20260101000000"


def available(asked: Question) -> Response:
    """The copy of an address; what it does not have is an empty object."""
    address = asked.text("url")
    closest = {
        "status": "200",
        "available": True,
        "url": f"http://web.archive.org/web/{_STAMP}/{address}",
        "timestamp": _STAMP,
    }
    return as_json({"url": address, "archived_snapshots": {"closest": closest} if asked.works.at(address) else {}})


ROUTES: Final[Routes] = {"/available": available}
