"""Makes the project's environment in `.venv` from the lock files, or does nothing when it is up to date.

Named on the command line, it also makes what only some commands need: `validators` (tools of others that check
releases), `rivals` (packages that benchmarks run beside ours), each in an environment of its own since they need other
versions than we do; and `browser` (Debian's Chromium, for the tests of the release site).

What belongs here: what must run before anything is installed, so the standard library only. What does not:
which versions are installed (requirements.lock and scripts/*.lock say so).
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

MINIMUM = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "bootstrap.stamp"
INSTALLERS = ROOT / "scripts" / "pip.lock"
REQUIREMENTS = ROOT / "requirements.lock"
COMPAT = ROOT / "scripts" / "compat.lock"
COMPAT_FOLDER = ENVIRONMENT / "compat" / "duckdb-1.0"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class BootstrapError(Exception):
    """What went wrong, in words, with the remedy."""


def fingerprint() -> str:
    """Returns a digest of all that decides what the environment holds: locks, pyproject.toml, this script, Python, place."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in (INSTALLERS, REQUIREMENTS, COMPAT, ROOT / "pyproject.toml", Path(__file__)):
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(expected: str) -> bool:
    """Returns whether the environment was completed with exactly this fingerprint."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == expected


def run(*command: str | Path, purpose: str) -> None:
    """Runs a command in the project's folder; what it prints is shown only when it fails.

    Raises:
        BootstrapError: The command failed; its own output stands above.
    """
    print(f"  {purpose}", flush=True)
    completed = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if completed.returncode:
        print(completed.stdout, file=sys.stderr)
        raise BootstrapError(f"'{purpose}' failed: see the output above. Mend the cause and run the command again.")


def create_environment() -> None:
    """Creates `.venv`, anew where it was made by another Python or never finished its first step."""
    if importlib.util.find_spec("ensurepip") is None:
        raise BootstrapError(
            f"{sys.executable} comes without 'ensurepip', which makes environments. On Debian or Ubuntu install it"
            " with: apt-get install python3-venv. Or name another Python: make PYTHON=/path/to/python3.11 env"
        )
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    run(sys.executable, "-m", "venv", ENVIRONMENT, purpose="create .venv")


def is_ours() -> bool:
    """Returns whether `.venv` was made in this place, by this version of Python, with its pip."""
    settings = ENVIRONMENT / "pyvenv.cfg"
    if not settings.exists() or not PYTHON.exists() or not (ENVIRONMENT / "bin" / "pip").exists():
        return False
    lines = dict(line.split(" = ", 1) for line in settings.read_text(encoding="utf-8").splitlines() if " = " in line)
    version = f"{sys.version_info.major}.{sys.version_info.minor}."
    return lines.get("version", "").startswith(version) and lines.get("command", "").endswith(str(ENVIRONMENT))


def install() -> None:
    """Installs what the lock files name into `.venv`, then the project itself, then the old reader for its test."""
    pip = (PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile")
    locked = (*pip, "--require-hashes", "--requirement")
    # The installers first: the pip that comes with Python 3.11 crashes on an extra in a hashed requirement.
    run(*locked, INSTALLERS, purpose="install the installers (scripts/pip.lock)")
    run(*locked, REQUIREMENTS, purpose="install the packages (requirements.lock); this takes about a minute")
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ".", purpose="install conflict-events itself")
    shutil.rmtree(COMPAT_FOLDER, ignore_errors=True)
    run(
        *(*pip, "--no-deps", "--require-hashes", "--target", COMPAT_FOLDER, "--requirement", COMPAT),
        purpose="install the oldest supported reader of releases, for its test (scripts/compat.lock)",
    )
    # In one go on all cores, and also where PYTHONDONTWRITEBYTECODE is set: else every start compiles 6,000 modules.
    run(PYTHON, "-m", "compileall", "-q", "-j", "0", ENVIRONMENT / "lib", purpose="compile, so that starts are fast")


def install_extra(name: str) -> None:
    """Makes the environment `.venv/<name>` from `scripts/<name>.lock`, unless it is up to date."""
    lock, folder = ROOT / "scripts" / f"{name}.lock", ENVIRONMENT / name
    stamp, expected = folder / "bootstrap.stamp", hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == expected:
        return
    shutil.rmtree(folder, ignore_errors=True)
    run(PYTHON, "-m", "venv", folder, purpose=f"create .venv/{name}")
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes")
    run(*pip, "--requirement", INSTALLERS, purpose=f"install its installers ({INSTALLERS.relative_to(ROOT)})")
    run(*pip, "--requirement", lock, purpose=f"install its packages ({lock.relative_to(ROOT)})")
    stamp.write_text(expected, encoding="utf-8")


def install_browser() -> None:
    """Installs Debian's Chromium where there is no browser and this user may; else says that its tests are skipped."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print("  No Chromium here: tests of the release site are skipped. On Debian: apt-get install chromium")
        return
    run("apt-get", "update", purpose="look up Debian's packages")
    run("apt-get", "install", "--yes", "--no-install-recommends", "chromium", purpose="install Chromium")


def main(wanted: list[str]) -> int:
    """Brings the environment, and what else is wanted, up to date; returns the exit code."""
    if sys.version_info < MINIMUM:
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"Python 3.11 or newer is needed; {sys.executable} is {found}. Name one: make PYTHON=python3.11 env")
        return 1
    try:
        expected = fingerprint()
        if not is_current(expected):
            print("Setting up the environment in .venv (once, and again when a lock file changes):", flush=True)
            STAMP.unlink(missing_ok=True)
            if not is_ours():
                create_environment()
            install()
            STAMP.write_text(expected, encoding="utf-8")
            print("The environment is ready.")
        for name in wanted:
            install_browser() if name == "browser" else install_extra(name)
    except (BootstrapError, OSError) as error:
        print(f"The environment is not ready. {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
