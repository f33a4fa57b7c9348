"""Where files are: a folder of this machine, an object store (s3, gs, az) or an address of the web.

What belongs here: listing and opening. What does not: what files hold.
"""

import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, NamedTuple

import obstore
from obstore.store import from_url

from pipeline.ingest.items import Refused
from pipeline.ingest.sources.reading import Reach

MAX_FILE_BYTES: Final = 50_000_000
_WEB: Final = ("http://", "https://")
_OBJECT_STORES: Final = ("s3://", "s3a://", "gs://", "az://", "abfs://", "abfss://", "azure://", "adl://")
_SETTLED: Final = timedelta(seconds=2)  # a file that was written just now may be written again in the same tick


class File(NamedTuple):
    """A file.

    Attributes:
        location: Its path below the place, or its address.
        version: Its size and time, or what the store says of its version; None where that cannot be trusted.
        open: Opens it as a file of this machine; raises Refused.
        refused: Why it is not to be opened.
    """

    location: str
    version: str | None
    open: Callable[[], AbstractContextManager[BinaryIO]]
    refused: Refused | None = None

    def read(self, limit: int = MAX_FILE_BYTES) -> bytes:
        """Returns its bytes.

        Raises:
            Refused: unreadable, too_large, and what fetching raises.
        """
        try:
            with self.open() as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise Refused("unreadable", f"It cannot be read ({error.strerror})") from error
        if len(data) > limit:
            raise Refused("too_large", f"The file has more than {limit:,} bytes")
        return data


def is_web(place: str) -> bool:
    """Tells whether a place is an address of the web."""
    return place.lower().startswith(_WEB)


def places_of(location: str, days: list[date]) -> list[str]:
    """Returns the places that a location names for some days: `%Y`, `%m` and `%d` in it stand for year, month and day."""
    if not any(mark in location for mark in ("%Y", "%m", "%d")):
        return [location]
    made = [
        location.replace("%Y", f"{day:%Y}").replace("%m", f"{day:%m}").replace("%d", f"{day:%d}")
        for day in sorted(days)
    ]
    return list(dict.fromkeys(made))


def list_files(place: str, reach: Reach) -> Iterator[File]:
    """Yields the files of a place, sorted, without hidden ones and READMEs.

    Raises:
        Refused: missing_location, unreachable.
    """
    if is_web(place):
        yield File(place, None, partial(_download, place, reach))
    elif place.lower().startswith(_OBJECT_STORES):
        yield from _list_objects(place, reach)
    else:
        yield from _list_folder(reach.project / place, reach)


# ------------------------------------------------------------------ this machine


def _list_folder(folder: Path, reach: Reach) -> Iterator[File]:
    if folder.is_file():
        yield _local_file(folder, folder.name, reach)
        return
    if not folder.is_dir():
        raise Refused("missing_location", "The source's folder or file does not exist")
    errors: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not _is_aside(name))
        links = [name for name in folders if Path(parent, name).is_symlink()]  # listed as folders but not entered
        for path in sorted(Path(parent, name) for name in [*names, *links] if not _is_aside(name)):
            location = _below(folder, path)
            try:
                _check_inside(path, folder)
                if path.is_dir():
                    continue  # a link to a folder within: its files are met where they are
                yield _local_file(path, location, reach)
            except Refused as refused:
                yield _refused(location, refused)
    for error in errors:
        what = f"It cannot be listed ({error.strerror})"
        yield _refused(_below(folder, Path(error.filename)), Refused("unreadable", what))


def _local_file(path: Path, location: str, reach: Reach) -> File:
    try:
        facts = path.stat()
    except OSError as error:
        return _refused(location, Refused("unreadable", f"It cannot be read ({error.strerror})"))
    if not stat.S_ISREG(facts.st_mode):  # opening a pipe would wait for its writer
        return _refused(location, Refused("unreadable", "It is not a regular file"))
    is_settled = facts.st_mtime < (reach.fetcher.clock() - _SETTLED).timestamp()
    version = f"{facts.st_size} bytes, {facts.st_mtime_ns}" if is_settled else None
    return File(location, version, lambda: path.open("rb"))


def _refused(location: str, refused: Refused) -> File:
    return File(location, None, partial(_raise, refused), refused)


def _raise(refused: Refused) -> AbstractContextManager[BinaryIO]:
    raise refused


def _is_aside(name: str) -> bool:
    """Tells whether a file is no input: hidden, as files are while they are written, or a note on the folder."""
    return name.startswith(".") or Path(name).stem == "README"


def _check_inside(path: Path, folder: Path) -> None:
    """Refuses links that leave the folder, and those that lead nowhere."""
    if not path.is_symlink():
        return
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise Refused("unreadable", "It is a link that leads nowhere") from error
    if not target.is_relative_to(folder.resolve()):
        raise Refused("leaves_folder", "It is a link to something outside the source's folder")


def _below(folder: Path, path: Path) -> str:
    """Returns a path below a folder as Unicode; bytes of a name that are none are written in hexadecimal."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


# ------------------------------------------------------------------ object stores


def _list_objects(place: str, reach: Reach) -> Iterator[File]:
    """Yields the objects below a prefix, or the one object; endpoint and credentials are read from the environment."""
    scheme, _, path = place.partition("://")
    parent, _, name = path.rstrip("/").rpartition("/")
    try:
        metas = []
        if parent and PurePosixPath(name).suffix and not place.endswith("/"):
            try:
                store = from_url(f"{scheme}://{parent}")
                metas = [obstore.head(store, name)]
            except FileNotFoundError:
                pass  # a prefix with a full stop in its name
        if not metas:
            store = from_url(place)
            metas = sorted(
                (meta for batch in obstore.list(store) for meta in batch), key=lambda meta: str(meta["path"])
            )
    except Exception as error:  # its errors have no class in common with those of its configuration
        raise Refused("unreachable", f"The object store does not list it ({_say(error)})") from error
    if not metas:
        raise Refused("missing_location", "Nothing is stored below the source's location")
    for meta in metas:
        if any(_is_aside(part) for part in meta["path"].split("/")) or meta["path"].endswith("/"):
            continue
        version = f"{meta['size']} bytes, {meta['e_tag'] or meta['last_modified']}"
        yield File(meta["path"], version, partial(_open_object, store, meta["path"], reach))


@contextmanager
def _open_object(store: obstore.store.ObjectStore, path: str, reach: Reach) -> Iterator[BinaryIO]:
    with _scratch_file(reach) as file:
        size = 0
        try:
            for piece in obstore.get(store, path):
                size += len(piece)
                if size > reach.fetcher.settings.max_archive_bytes:
                    raise Refused("too_large", f"It has more than {reach.fetcher.settings.max_archive_bytes:,} bytes")
                file.write(bytes(piece))
        except Refused:
            raise
        except Exception as error:
            raise Refused("unreachable", f"The object store does not give it ({_say(error)})") from error
        file.seek(0)
        yield file


def _say(error: Exception) -> str:
    """Returns an error of an object store in a few words: its messages run over many lines."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


# ------------------------------------------------------------------ the web


@contextmanager
def _download(url: str, reach: Reach) -> Iterator[BinaryIO]:
    with _scratch_file(reach) as file:
        reach.fetcher.download(url, file)
        file.seek(0)
        yield file


@contextmanager
def _scratch_file(reach: Reach) -> Iterator[BinaryIO]:
    """Gives a file that is gone afterwards, however it ends: it never had a name."""
    reach.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=reach.scratch) as file:
        yield file
