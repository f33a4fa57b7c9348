"""A response's bytes, decompressed in pieces of bounded size, so that a bomb is met at the cap and not in memory.

What belongs here: content codings of HTTP. What does not: files that are packed as a whole (packed.py), caps on what is
read (fetcher.py).
"""

import io
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow as pa

from pipeline.ingest.items import Refused

#: What is asked for; all of it can be undone in pieces.
ACCEPTED: Final = "gzip, br, zstd"

_PIECE: Final = 65_536
_PLAIN: Final = frozenset(("", "identity"))
_GZIP: Final = frozenset(("gzip", "x-gzip"))
_STREAMS: Final = {"br": "brotli", "zstd": "zstd"}
_EITHER_HEADER = zlib.MAX_WBITS | 32  # gzip or zlib, as found


class BrokenBody(Exception):
    """A compressed response is damaged or breaks off."""


def decompress(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """Yields a body decompressed, in pieces of at most 64 KB where it was compressed.

    Args:
        pieces: The body as it comes.
        coding: Value of Content-Encoding.

    Raises:
        Refused: unreachable, for a coding that was not asked for.
        BrokenBody: It is damaged or breaks off.
    """
    coding = coding.strip().lower()
    if coding in _PLAIN:
        return pieces
    if coding in _GZIP:
        return _gunzip(pieces)
    if coding in _STREAMS:
        return _unpack(pieces, _STREAMS[coding])
    raise Refused("unreachable", f"The response is compressed as `{coding[:50]}`, which was not asked for")


def _gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_EITHER_HEADER)
    try:
        for piece in pieces:
            rest = piece
            while rest and not inflater.eof:
                yield inflater.decompress(rest, _PIECE)
                rest = inflater.unconsumed_tail
    except zlib.error as error:
        raise BrokenBody("The compressed response is damaged") from error
    if not inflater.eof:
        raise BrokenBody("The compressed response breaks off")


def _unpack(pieces: Iterator[bytes], codec: str) -> Iterator[bytes]:
    try:
        with pa.CompressedInputStream(pa.PythonFile(_Reader(pieces), mode="r"), codec) as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except (OSError, pa.ArrowException) as error:
        raise BrokenBody("The compressed response is damaged or breaks off") from error


class _Reader(io.RawIOBase):
    """Pieces as a file to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
