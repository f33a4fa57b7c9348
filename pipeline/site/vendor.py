"""What of others the site is made of: packages, versions, licences and digests.

What belongs here: reading vendor/vendor.toml. What does not: fetching anything, a site is made offline.
"""

import tomllib
from pathlib import Path
from typing import Final, NamedTuple

FOLDER: Final = Path(__file__).parent / "vendor"
LICENCES: Final = "LICENSES.txt"


class Vendored(NamedTuple):
    """A file of others.

    Attributes:
        name: Its name here.
        package: The package on npm that it is from.
        version: The package's version.
        licence: SPDX expression.
        path: Where it is in the package.
        use: What it is for.
        bytes: Its length.
        sha256: Its digest.
        unpacked_sha256: The digest of the package's own file, where it is packed with gzip here.
    """

    name: str
    package: str
    version: str
    licence: str
    path: str
    use: str
    bytes: int
    sha256: str
    unpacked_sha256: str | None = None


def read_vendored() -> list[Vendored]:
    """Returns the files of others, as vendor.toml lists them."""
    listed = tomllib.loads((FOLDER / "vendor.toml").read_text(encoding="utf-8"))
    return [Vendored(**entry) for entry in listed["file"]]
