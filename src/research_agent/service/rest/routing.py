"""What all operations have in common before their own code: known parameters, readable bodies, answers kept by key."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any, get_origin

from fastapi import APIRouter, Header
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Header as HeaderInfo
from fastapi.params import Query as QueryInfo
from fastapi.routing import APIRoute

from research_agent.errors import UnknownNameError
from research_agent.service import problems
from research_agent.service.problems import FieldProblem, ProblemError
from research_agent.service.rest.repeats import KEY_HEADER, LONGEST_KEY, once
from research_agent.service.rest.representations import JSON

if TYPE_CHECKING:
    from fastapi import Request, Response

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=KEY_HEADER,
        min_length=1,
        max_length=LONGEST_KEY,
        pattern=r"^[!-~]+$",
        description="A text of your own for this request, as a UUID. Sent again with the same key, the request is not "
        "done again: the first answer comes back, for a day.",
    ),
]
"""An operation that declares it makes something, and makes it once a key."""


class Route(APIRoute):
    """An operation that refuses parameters and bodies that it does not know, instead of passing over them."""

    def get_route_handler(self) -> "Callable[[Request], Coroutine[Any, Any, Response]]":
        """The handler of the framework, with what comes before it."""
        handle = super().get_route_handler()
        declared = {field.alias: field.field_info for field in get_flat_params(self.dependant)}
        known = {
            name: get_origin(info.annotation) is list for name, info in declared.items() if isinstance(info, QueryInfo)
        }
        makes = isinstance(declared.get(KEY_HEADER), HeaderInfo)
        takes_json = self.body_field is not None

        async def handle_checked(request: "Request") -> "Response":
            _check_parameters(request, known)
            if takes_json:
                require_media_type(request, JSON)
            return await (once(request, handle) if makes else handle(request))

        return handle_checked


def router(tag: str) -> APIRouter:
    """The operations of one kind of resource."""
    return APIRouter(prefix="/v1", tags=[tag], route_class=Route)


def media_type_of(request: "Request") -> str:
    """The media type of a request's body, without its parameters; empty: it names none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_media_type(request: "Request", *known: str) -> str:
    """The media type of a request's body, if it is one of those that are read.

    Raises:
        ProblemError: it is another, or none.
    """
    given = media_type_of(request)
    if given in known:
        return given
    raise ProblemError(
        problems.WRONG_MEDIA_TYPE,
        f"The body is read as {' or '.join(known)}: say so in the Content-Type header. Nothing was done.",
        headers={"Accept": ", ".join(known)},
    )


def _check_parameters(request: "Request", known: dict[str, bool]) -> None:
    faults = []
    given = [name for name, _ in request.query_params.multi_items()]
    for name in dict.fromkeys(given):
        if name not in known:
            unknown = UnknownNameError("parameter", name, known)
            faults.append(FieldProblem(field=f"query.{name}"[:100], message=str(unknown), near=unknown.near))
        elif not known[name] and given.count(name) > 1:
            faults.append(FieldProblem(field=f"query.{name}", message="It may stand once: keep one."))
    if faults:
        raise ProblemError(problems.UNUSABLE, faults[0].message, errors=faults)
