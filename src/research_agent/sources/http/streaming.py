"""Take a body piece by piece, within its sizes, and refuse what is of another kind than was asked for. Pure."""

import zlib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final, Protocol

from research_agent.errors import TooLargeError, UnexpectedContentError
from research_agent.sources.http.exchange import media_type
from research_agent.sources.http.redaction import shown
from research_agent.sources.http.settings import Sizes

ENCODINGS: Final = "gzip, deflate"
"""What we say we can unpack: the two whose output the standard library bounds while it unpacks."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
_ZLIB_METHOD: Final = 8
_ZLIB_CHECK: Final = 31


def check_media_type(content_type: str, expected: Iterable[str], address: str) -> None:
    """Refuse an answer by its Content-Type, before its body is read. An answer without one is taken.

    Raises:
        UnexpectedContentError: it is of none of the expected types, such as "application/json" or "text/*".
    """
    patterns, came = tuple(expected), media_type(content_type)
    if not patterns or not came or any(fnmatchcase(came, pattern) for pattern in patterns):
        return
    raise UnexpectedContentError(
        f"{shown(address)} sent {came} where {' or '.join(patterns)} was asked for. Its body was not read."
    )


class Body:
    """The body of one answer as it comes in: counted packed, unpacked as far as it may be, and counted again."""

    def __init__(self, *, encoding: str, declared: str | None, sizes: Sizes, address: str) -> None:
        """Begin with nothing.

        Args:
            encoding: The Content-Encoding field, or "".
            declared: The Content-Length field.
            sizes: The limits.
            address: Where it comes from, for messages.

        Raises:
            TooLargeError: it is declared larger than may come.
            UnexpectedContentError: it is packed in a way that was not offered.
        """
        self._sizes, self._address = sizes, shown(address)
        self._packed = self._unpacked = 0
        self._pieces: list[bytes] = []
        self._unpacker = self._unpacker_for(encoding.strip().lower())
        if declared is not None and declared.isascii() and declared.isdigit() and int(declared) > sizes.packed:
            raise self._too_large(f"it has {int(declared):,} bytes", sizes.packed)

    def feed(self, piece: bytes) -> None:
        """Take a piece as it came.

        Raises:
            TooLargeError: more came than may, or it unpacks to more than it may.
            UnexpectedContentError: it can't be unpacked.
        """
        self._packed += len(piece)
        if self._packed > self._sizes.packed:
            raise self._too_large("more came", self._sizes.packed)
        try:
            for unpacked in self._unpacker.feed(piece, self._sizes.unpacked + 1 - self._unpacked):
                self._unpacked += len(unpacked)
                self._pieces.append(unpacked)
        except zlib.error as error:
            raise UnexpectedContentError(f"{self._address} sent a body that can't be unpacked ({error}).") from error
        if self._unpacked > self._sizes.unpacked:
            raise self._too_large("it unpacks to more", self._sizes.unpacked)

    def finish(self) -> bytes:
        """The whole body.

        Raises:
            UnexpectedContentError: its packing has no end: it broke off, so it may come whole another time.
        """
        if self._packed and not self._unpacker.done:
            raise UnexpectedContentError(f"{self._address} sent a packed body without its end.", passing=True)
        return b"".join(self._pieces)

    def _unpacker_for(self, encoding: str) -> "_Unpacker":
        match encoding:
            case "" | "identity":
                return _AsItIs()
            case "gzip" | "x-gzip":
                return _Inflate(gzip=True)
            case "deflate":
                return _Inflate(gzip=False)
            case _:
                raise UnexpectedContentError(
                    f"{self._address} packed its body as {encoding[:40]!r}, which we don't offer."
                )

    def _too_large(self, what: str, limit: int) -> TooLargeError:
        return TooLargeError(
            f"{self._address} was refused: {what}, and we take {limit:,} bytes. Nothing of it was kept."
        )


class _Unpacker(Protocol):
    done: bool

    def feed(self, piece: bytes, room: int) -> Iterable[bytes]:
        """What a piece unpacks to, in pieces; no more than `room` bytes in all."""


class _AsItIs:
    done = True

    def feed(self, piece: bytes, room: int) -> Iterable[bytes]:
        yield piece[:room]


class _Inflate:
    """Gzip (several members, RFC 1952) or deflate, with its zlib header or, as some servers send it, without."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip, self._begun, self._start = gzip, gzip, b""
        self._stream = zlib.decompressobj(_GZIP)
        self.done = False

    def feed(self, piece: bytes, room: int) -> Iterable[bytes]:
        if not self._begun:
            piece = self._start + piece
            if len(piece) < 2:
                self._start = piece
                return
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if _has_zlib_header(piece) else _RAW)
            self._begun = True
        while piece and room > 0:
            if self._stream.eof:
                if not (self._gzip and piece.lstrip(b"\0")):
                    return  # padding, or bytes after the end, which browsers ignore as well
                self._stream, self.done = zlib.decompressobj(_GZIP), False
            unpacked = self._stream.decompress(piece, room)
            room -= len(unpacked)
            self.done = self._stream.eof
            piece = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            yield unpacked


def _has_zlib_header(start: bytes) -> bool:
    """RFC 1950, section 2.2."""
    return start[0] & 0x0F == _ZLIB_METHOD and (start[0] << 8 | start[1]) % _ZLIB_CHECK == 0
