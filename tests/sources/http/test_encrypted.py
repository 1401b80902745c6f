"""TLS and HTTP/2: taken where it is offered, one connection for many requests; a certificate that does not hold."""

import datetime as dt
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import h2.config
import h2.connection
import h2.events
import pytest
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.tls import TLSListener
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from research_agent.errors import UnreachableError
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import Call
from tests.sources.http.conftest import EAGER, Opening

pytestmark = pytest.mark.anyio


@dataclass
class Http2Server:
    """Answers every request of a connection with its number there."""

    port: int = 0
    connections: int = 0
    streams: list[int] = field(default_factory=list)

    async def serve(self, stream: ByteStream) -> None:
        self.connections += 1
        http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        http.initiate_connection()
        async with stream:
            try:
                await stream.send(http.data_to_send())
                while True:
                    for event in http.receive_data(await stream.receive()):
                        if isinstance(event, h2.events.RequestReceived):
                            self.streams.append(event.stream_id)
                            http.send_headers(event.stream_id, [(":status", "200"), ("content-type", "text/plain")])
                            http.send_data(event.stream_id, b"two", end_stream=True)
                    await stream.send(http.data_to_send())
            except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
                return


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of service.test that nobody vouches for, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "service.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("service.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "service.pem"
    encoding, none = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, none)
    file.write_bytes(private + made.public_bytes(encoding))
    return file


@asynccontextmanager
async def serving_http2(certificate: Path) -> AsyncIterator[Http2Server]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    tls.set_alpn_protocols(["h2"])
    server = Http2Server()
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    server.port = listener.extra(SocketAttribute.local_port)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(TLSListener(listener, tls, standard_compatible=False).serve, server.serve)
        yield server
        tasks.cancel_scope.cancel()


async def test_http2_is_spoken_where_it_is_offered_and_one_connection_serves_all(
    certificate: Path, opened: Opening, soon: Deadline
) -> None:
    bodies = []

    async def fetch(url: str) -> None:
        bodies.append((await client.fetch(Call(url=url, limit=EAGER), soon)).body)

    async with (
        serving_http2(certificate) as server,
        opened(tls=ssl.create_default_context(cafile=str(certificate))) as client,
    ):
        url = f"https://service.test:{server.port}/"
        await fetch(url)
        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(fetch, url)
    assert bodies == [b"two"] * 5
    assert (server.connections, len(server.streams)) == (1, 5)


async def test_a_certificate_that_nobody_vouches_for_ends_it_at_once(
    certificate: Path, opened: Opening, soon: Deadline, waits: list[float]
) -> None:
    async with serving_http2(certificate) as server, opened() as client:
        with pytest.raises(UnreachableError, match=r"service\.test has a certificate that does not hold"):
            await client.fetch(Call(url=f"https://service.test:{server.port}/", limit=EAGER), soon)
    assert (server.streams, waits) == ([], [])


async def test_a_certificate_of_another_host_does_not_hold(certificate: Path, opened: Opening, soon: Deadline) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with serving_http2(certificate) as server, opened(tls=trusting) as client:
        with pytest.raises(UnreachableError, match=r"other\.test has a certificate that does not hold"):
            await client.fetch(Call(url=f"https://other.test:{server.port}/", limit=EAGER), soon)
