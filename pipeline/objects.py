"""Raw bytes by their digest: one SQLite file of packed objects.

What belongs here: keeping bytes and finding them again. What does not: what they are (pipeline/ingest), and tables
(pipeline/store).

One file for each object costs two fsyncs and a folder entry each, and pages of the web fill the disk five times as
fast unpacked. SQLite keeps a batch with one commit that survives every crash, and small objects faster than a file
system does (https://www.sqlite.org/fasterthanfs.html). Readers in other processes open it beside the writer.
"""

import hashlib
import sqlite3
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pyarrow as pa

#: What is raised where the file cannot be read or written, or is damaged.
ERRORS: Final = (sqlite3.Error, pa.ArrowException, OSError)

#: Bytes, unpacked, after which a batch is committed.
BATCH_BYTES: Final = 64_000_000
_PAGE_BYTES: Final = 16_384  # of SQLite: packed web pages have 36 kB
_SECONDS: Final = 60.0  # to wait for another process that is committing
_TABLE: Final = (
    "create table if not exists objects (digest blob primary key, bytes integer not null, packed blob not null)"
)


class Objects:
    """Bytes under their sha256.

    What is put is on the disk after `commit`, which comes by itself with every 64 MB.

    Args:
        path: The SQLite file; made, with its folder, when something is first put.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._waiting: dict[str, tuple[int, Future[bytes]]] = {}
        self._packer: ThreadPoolExecutor | None = None
        self._waiting_bytes = 0

    def __reduce__(self) -> tuple[type["Objects"], tuple[Path]]:
        """Another process opens the file for itself."""
        return Objects, (self.path,)

    def put(self, data: bytes) -> str:
        """Keeps bytes, once and for good, and returns their sha256 in hexadecimal digits."""
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._waiting and not self._holds(digest):
            # Beside what comes next: packing takes as long as reading an archive does.
            self._packer = self._packer or ThreadPoolExecutor(1, "pack")
            self._waiting[digest] = (len(data), self._packer.submit(_pack, data))
            self._waiting_bytes += len(data)
            if self._waiting_bytes >= BATCH_BYTES:
                self.commit()
        return digest

    def commit(self) -> None:
        """Brings what was put to the disk, all of it or nothing."""
        if not self._waiting:
            return
        rows = [(bytes.fromhex(digest), size, packed.result()) for digest, (size, packed) in self._waiting.items()]
        with self._open() as connection:
            connection.executemany("insert or ignore into objects values (?, ?, ?)", rows)
        self._waiting.clear()
        self._waiting_bytes = 0

    def get(self, digest: str) -> bytes | None:
        """Returns the bytes of a digest, or None where there are none; they may be damaged."""
        if digest in self._waiting:
            size, packing = self._waiting[digest]
            return _unpack(packing.result(), size)
        if not self.path.exists():
            return None
        found = self._open().execute("select packed, bytes from objects where digest = ?", (bytes.fromhex(digest),))
        row = found.fetchone()
        return _unpack(*row) if row else None

    def _holds(self, digest: str) -> bool:
        found = self._open().execute("select 1 from objects where digest = ?", (bytes.fromhex(digest),))
        return found.fetchone() is not None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Dagster calls from threads of its own, one at a time.
            connection = sqlite3.connect(self.path, timeout=_SECONDS, check_same_thread=False)
            connection.execute(f"pragma page_size = {_PAGE_BYTES}")
            connection.execute("pragma synchronous = full")
            with connection:
                connection.execute(_TABLE)
            weakref.finalize(self, connection.close)
            self._connection = connection
        return self._connection


def _pack(data: bytes) -> bytes:
    packed: bytes = _codec().compress(data, asbytes=True)
    return packed


def _unpack(packed: bytes, size: int) -> bytes:
    data: bytes = _codec().decompress(packed, size, asbytes=True)
    return data


def _codec() -> pa.Codec:
    """Returns how objects are packed; what is packed already grows by a few bytes."""
    return pa.Codec("zstd", compression_level=1)
