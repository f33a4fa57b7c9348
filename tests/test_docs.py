"""The documentation is true: what it shows can be run, and every command is in it."""

import argparse
import os
import re
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest
from endpoint import serve, tell

from pipeline.cli import make_parser
from pipeline.release import find_release, query
from pipeline.summary import format_table

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")

#: Commands of a page run in a folder of their own, on the sample's data folder instead of the project's.
PRELUDE = """set -eu
conflict-events() {
    name=$1; shift
    command conflict-events "$name" --data "$DATA" "$@"
}
"""


class Snippet(NamedTuple):
    page: Path
    line: int
    language: str
    code: str
    output: str | None


def read_snippets() -> list[Snippet]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = list(_BLOCK.finditer(text))
        for block, following in zip_longest(blocks, blocks[1:]):
            has_output = (
                following is not None and following[1] == "text" and not text[block.end() : following.start()].strip()
            )
            output = following[2] if has_output and following else None
            found.append(Snippet(page, text.count("\n", 0, block.start()) + 1, block[1], block[2], output))
    return found


SNIPPETS = read_snippets()


def snippets(*languages: str) -> pytest.MarkDecorator:
    chosen = [snippet for snippet in SNIPPETS if snippet.language in languages]
    return pytest.mark.parametrize("snippet", chosen, ids=[f"{s.page.name}-line-{s.line}" for s in chosen])


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    assert {snippet.language for snippet in SNIPPETS} <= {"sh", "sql", "python", "text"}


@snippets("sh")
def test_commands_run(snippet: Snippet, sample_data: Path, tmp_path: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    lines = []
    for line in snippet.code.splitlines():
        if line.startswith("make "):
            assert line.split()[1] in targets
        elif line != ". .venv/bin/activate":
            lines.append(line)
    data = tmp_path / "data"
    subprocess.run(["cp", "-r", sample_data, data], check=True)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with serve(tell([])) as endpoint:
        done = subprocess.run(
            ["bash", "-c", PRELUDE + "\n".join(lines)],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "DATA": str(data), "LLM_URL": endpoint.url, "LLM_MODEL": "test-model"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    if snippet.output is not None:
        assert done.stdout.splitlines()[0].split() == snippet.output.splitlines()[0].split()


@snippets("sql")
def test_questions_have_answers(snippet: Snippet, sample_data: Path) -> None:
    assert format_table(query(find_release(sample_data / "releases").path, snippet.code))


@snippets("python")
def test_python_runs(snippet: Snippet, sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample_data.parent)
    exec(compile(snippet.code, str(snippet.page), "exec"), {})


def test_every_command_is_shown() -> None:
    [commands] = [action for action in make_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    text = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))
    for name in commands.choices:
        assert f"conflict-events {name}" in text, f"show {name} in a page of docs"


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
