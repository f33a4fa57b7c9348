"""SHA256SUMS, and a signature of it: for those who check a download without this program.

What belongs here: what `sha256sum -c` and `minisign -V` read. What does not: the manifest, which covers both files.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from pipeline.release.manifest import list_files
from pipeline.release.versions import ReleaseError
from pipeline.store import sha256_of

SUMS: Final = "SHA256SUMS"
SIGNATURE: Final = f"{SUMS}.minisig"


def write_sums(folder: Path) -> None:
    """Writes SHA256SUMS of every file that a release's folder holds so far: all but the manifest and the signature."""
    lines = [f"{sha256_of(path)}  {name}\n" for name, path in list_files(folder).items()]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def sign_sums(folder: Path, key: Path, comment: str) -> None:
    """Signs SHA256SUMS with minisign.

    Args:
        folder: The release's folder.
        key: The secret key, without a password (`minisign -G -W`): nobody is there to type one.
        comment: What the signature says of itself, in words that are signed as well.

    Raises:
        ReleaseError: If minisign is not installed, or did not sign.
    """
    program = shutil.which("minisign")
    if program is None:
        raise ReleaseError(f"{key} is to sign the release, but minisign is not installed: install it, or name no key")
    command = [program, "-S", "-s", str(key), "-m", str(folder / SUMS), "-x", str(folder / SIGNATURE), "-t", comment]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"minisign did not sign with {key}: {(done.stderr or done.stdout).strip()}")
