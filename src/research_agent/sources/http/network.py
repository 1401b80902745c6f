"""Connections: a name is resolved, what it leads to is checked, and exactly that is connected to. Decides nothing.

The guard stands under the connection pool, so no request reaches an address that was not checked in the moment of
connecting, and a connection that is reused is one to an address that was.
"""

import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Final
from urllib.parse import quote, urlencode

import anyio
import httpcore
import httpx

from research_agent.errors import TimedOutError, UnreachableError
from research_agent.sources.http.attempt import attempt_of
from research_agent.sources.http.safety import AddressRule, IPAddress, check_addresses
from research_agent.sources.http.settings import Connections

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host, the one to try first at first."""

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

PATIENCE: Final = 1.5
"""Seconds for each address of a host that has more: a broken route to one (often IPv6) must not cost all the time."""


class NetworkTransport(httpx.AsyncBaseTransport):
    """One pool of connections behind one rule of addresses."""

    def __init__(self, settings: Connections, rule: AddressRule, *, resolve: Resolver, tls: ssl.SSLContext) -> None:
        """Open nothing yet."""
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=settings.most,
            max_keepalive_connections=settings.kept,
            keepalive_expiry=settings.idle,
            http1=True,
            http2=settings.http2,
            network_backend=_CheckedConnections(rule, resolve),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, with the method, body and credentials that only the network sees.

        Raises:
            UnreachableError: no connection, or it broke.
            TimedOutError: a part of it took too long.
            NotPublicError: the host leads to an address outside the rule.
        """
        outgoing = attempt_of(request).outgoing
        url = _with_parameters(request.url, outgoing.parameters)
        sent = httpcore.Request(
            method=outgoing.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=[*request.headers.raw, *((k.encode("ascii"), v.encode()) for k, v in outgoing.headers.items())],
            content=outgoing.body or None,
            extensions={"timeout": request.extensions["timeout"]},
        )
        host = request.url.host
        with _failures_of(host):
            response = await self._pool.handle_async_request(sent)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Stream(response, host),
            extensions=dict(response.extensions),
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _with_parameters(url: httpx.URL, parameters: Mapping[str, str]) -> httpx.URL:
    """The address with more parameters at its end; what stands in it already keeps its form."""
    more = urlencode(parameters, quote_via=quote).encode("ascii")
    return url.copy_with(query=b"&".join(filter(None, (url.query, more)))) if more else url


class _CheckedConnections(httpcore.AsyncNetworkBackend):
    def __init__(self, rule: AddressRule, resolve: Resolver) -> None:
        self._rule, self._resolve = rule, resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        until = anyio.current_time() + (timeout if timeout is not None else float("inf"))
        addresses = await self._addresses(host, port, until)
        check_addresses(host, addresses, self._rule)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for left, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
            patience = max(0.0, until - anyio.current_time())
            try:
                return await self._network.connect_tcp(
                    str(address), port, min(patience, PATIENCE) if left else patience, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

    async def _addresses(self, host: str, port: int, until: float) -> list[IPAddress]:
        with anyio.CancelScope(deadline=until) as scope:
            try:
                found = await self._resolve(host, port)
            except (OSError, UnicodeError) as error:
                lasting = isinstance(error, UnicodeError) or getattr(error, "errno", None) == socket.EAI_NONAME
                raise UnreachableError(
                    f"{host} could not be looked up ({error}). Check the name, and that this machine has a network.",
                    passing=not lasting,
                ) from error
        if scope.cancelled_caught:
            raise httpcore.ConnectTimeout
        return [ip_address(address.partition("%")[0]) for address in found]


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response, host: str) -> None:
        self._response, self._host = response, host

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _failures_of(self._host):
            async for piece in self._response.aiter_stream():
                yield piece

    async def aclose(self) -> None:
        with _failures_of(self._host):
            await self._response.aclose()


@contextmanager
def _failures_of(host: str) -> Iterator[None]:
    """Turn what the library raises into errors of ours."""
    try:
        yield
    except httpcore.TimeoutException as error:
        part = {
            "ConnectTimeout": "to connect",
            "WriteTimeout": "to take the request",
            "PoolTimeout": "for a connection",
        }
        what = part.get(type(error).__name__, "to send the next piece")
        raise TimedOutError(f"{host} took too long {what}.", passing=True) from error
    except httpcore.UnsupportedProtocol as error:
        raise UnreachableError(f"{host} can't be asked: {error}.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        certificate = _certificate_problem(error)
        if certificate:
            raise UnreachableError(f"{host} has a certificate that does not hold ({certificate}).") from error
        said = str(error) or type(error).__name__
        raise UnreachableError(f"{host} could not be reached, or broke off ({said}).", passing=True) from error


def _certificate_problem(error: BaseException | None) -> str:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return ""
