"""How fetching behaves: seeds/fetching.toml.

What belongs here: the settings and their file. What does not: what they do.
"""

import ipaddress
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from pipeline.ingest.fetching.addresses import Network
from pipeline.validate import ContractError

#: The name by which robots.txt addresses this program.
AGENT: Final = "conflict-events"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How to fetch.

    Attributes:
        contact: An address of mail or the web at which publishers reach whoever runs this; part of the User-Agent.
        max_page_bytes: Largest page, decompressed.
        max_list_bytes: Largest feed, sitemap or other list, decompressed.
        max_archive_bytes: Largest web archive; one of CC-NEWS has 1.07 GB.
        timeout: Seconds of each wait for a server.
        deadline: Seconds of one try as a whole, since a server may drip; for archives tenfold.
        tries: How often an address is tried in one run where the failure may pass.
        backoff: Seconds before the second try, doubled before each further one.
        max_wait: The most seconds that are waited for a host; one that asks for more is left alone until then.
        max_redirects: How often one address may redirect.
        interval: Seconds between two requests to one host; a longer crawl-delay of its robots.txt counts.
        per_host: Requests to one host at a time.
        at_once: Hosts asked at a time.
        stop_after: Failures of one host in a row after which it is left alone.
        max_pages: Pages that one source may fetch in one run; the others come with the next.
        refetch_hours: Hours after which an address is fetched whole although it says that nothing is new.
        private_networks: Networks, as `10.1.0.0/16`, that may be connected to although they are private.
    """

    contact: str = ""
    max_page_bytes: int = 5_000_000
    max_list_bytes: int = 50_000_000
    max_archive_bytes: int = 4_000_000_000
    timeout: float = 20.0
    deadline: float = 120.0
    tries: int = 3
    backoff: float = 1.0
    max_wait: float = 60.0
    max_redirects: int = 5
    interval: float = 1.0
    per_host: int = 1
    at_once: int = 16
    stop_after: int = 5
    max_pages: int = 500
    refetch_hours: float = 24.0
    private_networks: tuple[str, ...] = ()

    @property
    def user_agent(self) -> str:
        """What requests name as their sender."""
        return f"{AGENT}/0.1 (+{self.contact or 'no contact configured'})"

    @property
    def networks(self) -> tuple[Network, ...]:
        """The private networks that may be connected to."""
        return tuple(map(ipaddress.ip_network, self.private_networks))


DEFAULTS: Final = FetchSettings()


def read_settings(seeds: Path) -> FetchSettings:
    """Reads the file of settings; what it leaves out is as by default.

    Raises:
        ContractError: A setting is unknown, or its value cannot be; names the file, the setting and the remedy.
    """
    path = seeds / "fetching.toml"
    if not path.exists():
        return DEFAULTS
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"{path} is no TOML ({error}): correct it") from None
    known = {field.name: getattr(DEFAULTS, field.name) for field in fields(FetchSettings)}
    values: dict[str, object] = {}
    for name, value in written.items():
        if name not in known:
            raise ContractError(f"{path}: there is no setting {name}: the settings are {', '.join(known)}")
        values[name] = _check(path, name, value, known[name])
    return FetchSettings(**values)  # type: ignore[arg-type]


def _check(path: Path, name: str, value: object, default: object) -> object:
    """Returns a setting's value in its type."""
    if isinstance(default, tuple):
        try:
            return tuple(str(ipaddress.ip_network(str(network))) for network in value)  # type: ignore[attr-defined]
        except (TypeError, ValueError):
            raise ContractError(f'{path}: {name} is no list of networks: write ["10.1.0.0/16"]') from None
    if isinstance(default, str):
        if isinstance(value, str) and value.isprintable() and value.isascii():
            return value
        raise ContractError(f"{path}: {name} is {value!r}: write one line of plain letters")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    lowest = 0 if isinstance(default, float) else 1
    if not is_number or value < lowest or (isinstance(default, int) and not isinstance(value, int)):  # type: ignore[operator]
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise ContractError(f"{path}: {name} is {value!r}: write {kind} of {lowest} or more")
    return type(default)(value)  # type: ignore[call-arg]
