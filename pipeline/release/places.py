"""Where releases are published: a bucket of S3, Google Cloud Storage or Azure, a folder, or a web server to read from.

What belongs here: bytes under names, written once or swapped. What does not: which names, and in which order
(distribute.py).
"""

from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import LocalStore, from_url

from pipeline.release.versions import ReleaseError
from pipeline.store import lock, sha256_of, write_atomically

_FOREVER: Final = "public, max-age=31536000, immutable"
_NOW: Final = "no-cache"

_MEDIA_TYPES: Final = {
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
}


class Held(NamedTuple):
    """What a place holds under a name: the bytes, and the mark by which a change of them is noticed."""

    data: bytes
    mark: str | None


class Place:
    """A place that releases are published to and fetched from.

    Args:
        url: s3://, gs://, az://, file:// or http(s)://, or the path of a folder. Credentials and endpoints are taken
            from the environment variables of each (AWS_*, GOOGLE_*, AZURE_*).

    Raises:
        ReleaseError: If the address is none of these.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._folder: Path | None = None
        scheme = urlsplit(url).scheme
        if scheme in ("", "file"):
            self._folder = Path(urlsplit(url).path if scheme else url).resolve()
            self._folder.mkdir(parents=True, exist_ok=True)
            self._store: Any = LocalStore(self._folder)
            return
        try:
            # Plain http is for servers of one's own network; what comes from them is checked against its digest.
            options: Any = {"client_options": {"allow_http": True}} if scheme == "http" else {}
            self._store = from_url(url, **options)
        except (BaseError, ValueError) as error:
            raise ReleaseError(f"{url} is no place for releases: {_first_line(error)}") from error

    def read(self, name: str) -> Held | None:
        """Returns what is held under a name, or None.

        Raises:
            ReleaseError: If the place does not answer.
        """
        try:
            found = obstore.get(self._store, name)
            return Held(bytes(found.bytes()), found.meta["e_tag"])
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise ReleaseError(f"{self.url}, {name}: {_first_line(error)}") from error

    def download(self, name: str, path: Path) -> bool:
        """Writes what is held under a name to a file; returns whether there is anything.

        Raises:
            ReleaseError: If the place does not answer.
        """
        try:
            found = obstore.get(self._store, name)
            with path.open("wb") as file:
                for piece in found:
                    file.write(piece)
        except FileNotFoundError:
            return False
        except BaseError as error:
            raise ReleaseError(f"{self.url}, {name}: {_first_line(error)}") from error
        return True

    def create(self, name: str, path: Path, scratch: Path) -> bool:
        """Puts a file under a name that holds nothing; returns whether it did, or held the same bytes already.

        Args:
            name: The name.
            path: The file.
            scratch: A path to compare with what is there.

        Raises:
            ReleaseError: If the name holds other bytes, or the place does not take them.
        """
        try:
            obstore.put(self._store, name, path, mode="create", **self._attributes(name, _FOREVER))
        except AlreadyExistsError:
            self.download(name, scratch)
            same = sha256_of(scratch) == sha256_of(path)
            scratch.unlink()
            if not same:
                raise ReleaseError(
                    f"{self.url} holds other bytes under {name}: a release never changes; publish the next one, or "
                    "another address"
                ) from None
            return False
        except BaseError as error:
            raise ReleaseError(f"{self.url}, {name}: {_first_line(error)}") from error
        return True

    def swap(self, name: str, data: bytes, known: Held | None) -> bool:
        """Puts bytes under a name if it holds what was read before (None: nothing); returns whether it did.

        Raises:
            ReleaseError: If the place does not take them.
        """
        if self._folder is not None:
            # A folder compares nothing by itself; two who publish to it hold its lock.
            with lock(self._folder):
                path = self._folder / name
                if (path.read_bytes() if path.exists() else None) != (known.data if known else None):
                    return False
                write_atomically(path, data)
                return True
        mode: Any = {"e_tag": known.mark} if known else "create"
        try:
            obstore.put(self._store, name, data, mode=mode, **self._attributes(name, _NOW))
        except (AlreadyExistsError, PreconditionError):
            return False
        except BaseError as error:
            raise ReleaseError(f"{self.url}, {name}: {_first_line(error)}") from error
        return True

    def _attributes(self, name: str, cache: str) -> dict[str, Any]:
        """Returns what a web server is to say of an object; a folder keeps nothing of the kind."""
        if self._folder is not None:
            return {}
        attributes = {"Cache-Control": cache}
        suffix = Path(name).suffix
        return {"attributes": attributes | ({"Content-Type": _MEDIA_TYPES[suffix]} if suffix in _MEDIA_TYPES else {})}


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
