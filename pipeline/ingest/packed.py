"""Unpacks files that were packed as a whole: gzip and zstd, never to more than is allowed.

What belongs here: packed files of a folder, packed lists. What does not: packed responses (fetch.py) and archives of records (warc.py).
"""

from typing import Final

import pyarrow as pa

from pipeline.ingest.items import Refused

#: As many bytes as a file may have that is not packed, times four: packed text is 3 to 5 times smaller.
MAX_UNPACKED_BYTES: Final = 200_000_000


def unpack(data: bytes, coding: str | None) -> bytes:
    """Returns a file's bytes as they were before it was packed.

    Args:
        data: The file's bytes.
        coding: gzip or zstd; None: it is not packed.

    Raises:
        Refused: too_large, truncated_archive (it breaks off, or is damaged).
    """
    if coding is None:
        return data
    try:
        with pa.input_stream(pa.BufferReader(data), compression=coding) as stream:
            made: bytes = stream.read(MAX_UNPACKED_BYTES + 1)
    except (OSError, pa.ArrowException) as error:
        raise Refused("truncated_archive", f"The packed file is damaged or breaks off ({coding})") from error
    if len(made) > MAX_UNPACKED_BYTES:
        raise Refused("too_large", f"It unpacks to more than {MAX_UNPACKED_BYTES:,} bytes")
    return made


def unpack_list(data: bytes) -> bytes:
    """Returns a list (sitemap, paths, export) unpacked where it is gzip by its first bytes.

    Raises:
        Refused: As `unpack`.
    """
    return unpack(data, "gzip" if data.startswith(b"\x1f\x8b") else None)
