"""What other programs read of a release first is valid by their own validators, and true."""

import json
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
import yaml

from pipeline.release import Release, ReleaseError, list_releases, verify_release
from pipeline.release.manifest import read_manifest
from pipeline.store import sha256_of
from schemas import TABLES

Tables = dict[str, pl.DataFrame]
Publish = Callable[..., Release | None]

PROGRAMS = Path(__file__).resolve().parents[3] / ".venv" / "validators" / "bin"

with_validators = pytest.mark.skipif(
    not PROGRAMS.is_dir(), reason="no .venv/validators: make it with scripts/bootstrap.py validators"
)
with_minisign = pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")


def run(program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAMS / program, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def profile() -> Any:
    """The profile of Data Package 2.0, put together from its parts; dplib-py carries them."""
    folder = files("dplib").joinpath("profiles", "2.0")
    return json.loads(folder.joinpath("datapackage.json").read_text(encoding="utf-8"))


def test_the_data_package_fits_its_profile(release: Release, profile: Any) -> None:
    package = read(release.path / "datapackage.json")
    jsonschema.Draft7Validator(profile).validate(package)
    schema = json.loads(files("dplib").joinpath("profiles", "2.0", "tableschema.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        jsonschema.Draft7Validator(schema).validate(resource["schema"])
    broken = {**package, "resources": [{"path": "events.parquet"}]}
    assert list(jsonschema.Draft7Validator(profile).iter_errors(broken))


def test_the_data_package_names_every_table_as_it_is(release: Release) -> None:
    package = read(release.path / "datapackage.json")
    assert package["version"] == release.version
    assert len(package["resources"]) == 2 * len(TABLES)
    for resource in package["resources"]:
        path = release.path / resource["path"]
        assert (resource["hash"], resource["bytes"]) == (f"sha256:{sha256_of(path)}", path.stat().st_size)
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert names == pl.read_parquet(release.table(resource["title"])).columns


@with_validators
def test_croissant_is_valid_and_loads(release: Release, tmp_path: Path) -> None:
    done = run("mlcroissant", "validate", "--jsonld", "croissant.json", cwd=release.path)
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr.lower(), done.stderr
    for table, words in (("events", "e_00000000000000000001"), ("claims", "c_00000000000000000001")):
        arguments = ("--jsonld", "croissant.json", "--record_set", table, "--num_records", "1")
        done = run("mlcroissant", "load", *arguments, cwd=release.path)
        assert done.returncode == 0, done.stderr
        assert words in done.stdout + done.stderr


@with_validators
def test_croissant_that_is_wrong_is_found(release: Release) -> None:
    path = release.path / "croissant.json"
    path.chmod(0o644)
    path.write_text(path.read_text(encoding="utf-8").replace('"column": "event_id"', '"column": "nothing"'))
    arguments = ("--jsonld", "croissant.json", "--record_set", "events", "--num_records", "1")
    assert run("mlcroissant", "load", *arguments, cwd=release.path).returncode != 0


@with_validators
def test_the_citation_is_valid(release: Release) -> None:
    done = run("cffconvert", "--validate", "-i", "CITATION.cff", cwd=release.path)
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load((release.path / "CITATION.cff").read_text(encoding="utf-8"))["version"] == release.version


def test_sha256sum_agrees(release: Release) -> None:
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    done = subprocess.run(check, cwd=release.path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    named = {line[66:] for line in (release.path / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    assert named == set(read_manifest(release.path)["files"]) - {"SHA256SUMS"}


@with_minisign
def test_a_signature_is_checked_by_minisign(publish: Publish, tables: Tables, tmp_path: Path) -> None:
    secret, public = tmp_path / "secret.key", tmp_path / "public.key"
    subprocess.run(["minisign", "-G", "-W", "-s", secret, "-p", public], check=True, capture_output=True)
    release = publish(tables, signing_key=secret)
    assert release
    assert verify_release(release.path) == []
    check = ["minisign", "-V", "-p", str(public), "-m", "SHA256SUMS"]
    assert subprocess.run(check, cwd=release.path, capture_output=True, check=False).returncode == 0
    (release.path / "SHA256SUMS").chmod(0o644)
    (release.path / "SHA256SUMS").write_text("other\n", encoding="utf-8")
    assert subprocess.run(check, cwd=release.path, capture_output=True, check=False).returncode != 0


def test_a_key_that_cannot_sign_leaves_no_release(publish: Publish, tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"minisign (is not installed|did not sign)"):
        publish(tables, signing_key=tmp_path / "no.key")
    assert list_releases(tmp_path / "releases") == []
