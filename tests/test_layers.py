"""Imports run one way, and what must stay out of a layer stays out."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: From the bottom up: a module imports from its own group or lower ones.
LAYERS = (
    ("schemas",),
    ("pipeline.validate", "pipeline.objects", "pipeline.workers", "pipeline.words"),
    ("pipeline.store", "pipeline.seeds", "pipeline.clock"),
    ("pipeline.gazetteer",),
    ("pipeline.ingest", "pipeline.extract", "pipeline.resolve", "pipeline.curation", "pipeline.release"),
    ("pipeline.llm", "pipeline.corrections"),
    ("pipeline.extraction", "pipeline.lexicon_check", "pipeline.codebook"),
    ("pipeline.readers",),
    ("pipeline.lines",),
    ("pipeline.evaluate", "pipeline.site"),
    ("pipeline.build",),
    ("pipeline.rebuild",),
    ("pipeline.summary",),
    ("pipeline.resources",),
    ("pipeline.defs",),
    ("pipeline.definitions", "pipeline.cli"),
)
PARTS = LAYERS[4]
DAGSTER = ("pipeline.resources", "pipeline.defs", "pipeline.definitions")
#: The clock, files and the network, for parts that are pure.
IMPURE = {
    "os",
    "pathlib",
    "io",
    "tempfile",
    "shutil",
    "subprocess",
    "socket",
    "urllib",
    "http",
    "httpx",
    "requests",
    "time",
}
IMPURE_CALLS = {"open", "now", "today", "utcnow"}

FILES = sorted([*(ROOT / "schemas").rglob("*.py"), *(ROOT / "pipeline").rglob("*.py")])
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}


def imports_of(path: Path) -> set[str]:
    """Returns what a file imports, as dotted names; of `from a import b` both a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def group_of(module: str) -> str | None:
    """Returns the entry of `LAYERS` that a module belongs to."""
    return next((name for layer in LAYERS for name in layer if module == name or module.startswith(f"{name}.")), None)


def level_of(group: str) -> int:
    """Returns how high a group stands."""
    return next(level for level, layer in enumerate(LAYERS) if group in layer)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_layer(module: str) -> None:
    assert module == "pipeline" or group_of(module), f"name {module} in LAYERS"


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_one_way(module: str) -> None:
    group = group_of(module)
    if group is None:
        return
    for name in imports_of(MODULES[module]):
        other = group_of(name)
        if other is None or other == group:
            continue
        assert level_of(other) <= level_of(group), f"{module} imports {name} from a layer above it"
        assert not (group in PARTS and other in PARTS), f"{module} imports {name}: parts do not import each other"


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(DAGSTER)])
def test_dagster_stays_in_its_layer(module: str) -> None:
    assert not {name for name in imports_of(MODULES[module]) if name.split(".")[0].startswith("dagster")}


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith("pipeline.release")])
def test_duckdb_stays_in_release(module: str) -> None:
    assert "duckdb" not in {name.split(".")[0] for name in imports_of(MODULES[module])}


@pytest.mark.parametrize(
    "module",
    [name for name in MODULES if name.startswith(("pipeline.extract.", "pipeline.resolve", "pipeline.curation"))],
)
def test_pure_parts_touch_no_clock_file_or_network(module: str) -> None:
    path = MODULES[module]
    assert not {name.split(".")[0] for name in imports_of(path)} & IMPURE
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in IMPURE_CALLS, f"{module}, line {node.lineno}: {called}() is not pure"


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("pipeline.ingest")])
def test_ingest_is_told_the_time(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "today", "utcnow"}, f"{module}, line {node.lineno}: pass the time in"


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith(PARTS)])
def test_code_knows_no_language_by_name(module: str) -> None:
    languages = {path.name for path in (ROOT / "seeds" / "lexicon").iterdir()}
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare) and "language" in ast.unparse(node):
            named = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)} & languages
            assert not named, f"{module}, line {node.lineno}: {named} belongs into seeds/lexicon"
