"""The check of a language folder passes every pack, and names each kind of fault with its place and remedy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.lexicon_check import check_lexicon, main
from pipeline.seeds import SEEDS, languages

Pack = Callable[..., Path]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Returns a function that copies a pack, with lines added to one of its files or its text replaced."""

    def make(file: str, *lines: str, replace: tuple[str, str] | None = None) -> Path:
        folder = tmp_path / "xx"
        shutil.copytree(SEEDS / "lexicon" / "en", folder)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        if replace is not None:
            assert replace[0] in text
            text = text.replace(*replace)
        path.write_text(text + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return folder

    return make


@pytest.mark.parametrize("language", languages())
def test_every_language_of_the_project_passes(language: str) -> None:
    assert check_lexicon(SEEDS / "lexicon" / language) == []


@pytest.mark.parametrize(
    ("file", "line", "column", "value", "remedy"),
    [
        ("triggers.csv", "smote,smiting,verb,active,,weak", "action", "smiting", "air_strike"),
        ("triggers.csv", "smote,attack,verbs,active,,weak", "form", "verbs", "verb, noun, adjective"),
        ("triggers.csv", "smote,attack,verb,aktive,,weak", "voice", "aktive", "active"),
        ("triggers.csv", "smote,attack,verb,nominal,,weak", "voice", "nominal", "is none of a verb"),
        ("triggers.csv", "smote,attack,verb,active,kills,weak", "metric", "kills", "killed"),
        ("triggers.csv", "smote,attack,verb,active,,sure", "strength", "sure", "strong, weak, verbal"),
        ("triggers.csv", "smote,,verb,active,,weak", "action", "", "an action or a metric"),
        ("nouns.csv", "knights,knight,MIL,military", "class", "knight", "force"),
        ("nouns.csv", "knights,force,ARMY,military", "sector", "ARMY", "MIL"),
        ("nouns.csv", "knights,force,MIL,army", "claimant_type", "army", "military"),
        ("nouns.csv", "Soldiers,civilian,CVL,witness", "class", "soldiers", "keep it in one class"),
        ("function.csv", "withal,dativ", "class", "dativ", "dative"),
        ("attribution.csv", "quoth,says,asserted", "class", "says", "say"),
        ("attribution.csv", "quoth,say,sure", "mode", "sure", "asserted"),
        ("modality.csv", "shall,future,after", "mode", "future", "planned"),
        ("modality.csv", "shall,planned,behind", "scope", "behind", "after, before, sentence"),
        ("accounting.csv", "in sum,total", "accounting", "total", "cumulative"),
        ("context.csv", "chess club,game", "topic", "game", "sport"),
        ("instruments.csv", "trebuchet,siege", "action", "siege", "shelling"),
        ("numbers.csv", "many,umpteen,hand", "value", "many", "whole number"),
        ("number_words.csv", "vagueness,umpteen,20,,,", "class", "vagueness", "vague"),
        ("number_words.csv", "vague,umpteen,some,,,", "low", "some", "whole number"),
        ("dates.csv", "moon,Thermidor,11,hand", "class", "moon", "month"),
        ("dates.csv", "month,Thermidor,13,hand", "value", "13", "1 to 12"),
        ("places.csv", "shire,kind,admin1", "kind", "kind", "locative"),
        ("triggers.csv", "smote||smite,attack,verb,active,,weak", "pattern", "smote||smite", "empty pattern"),
        ("dates.csv", "month,,11,hand", "pattern", "", "empty pattern"),
        ("triggers.csv", "sm*,attack,verb,active,,weak", "pattern", "sm*", "3 letters"),
        ("triggers.csv", "smote a*,attack,verb,active,,weak", "pattern", "a*", "2 letters"),
        ("triggers.csv", "sm*te,attack,verb,active,,weak", "pattern", "sm*te", "matches nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else None,
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_place_and_remedy(
    pack: Pack, file: str, line: str, column: str, value: str, remedy: str
) -> None:
    folder = pack(file, line)
    number = len((folder / file).read_text(encoding="utf-8").splitlines())
    [problem] = check_lexicon(folder)
    assert problem.startswith(f"{folder / file}, line {number}, column {column}: ")
    assert repr(value) in problem
    assert remedy in problem


@pytest.mark.parametrize("word", ["smote* thee", "sm* thee", "smite*"])
def test_wildcards_behind_enough_letters_pass(pack: Pack, word: str) -> None:
    assert check_lexicon(pack("triggers.csv", f"{word},attack,verb,active,,weak")) == []


@pytest.mark.parametrize(
    ("file", "value"),
    [
        ("triggers.csv", "espionage"),
        ("function.csv", "mention_only"),
        ("nouns.csv", "intelligence"),
        ("attribution.csv", "deny"),
        ("attribution.csv", "according_to"),
        ("modality.csv", "attempted"),
        ("accounting.csv", "stock"),
        ("context.csv", "metaphor"),
        ("dates.csv", "form"),
    ],
)
def test_what_a_language_needs_is_missed(pack: Pack, file: str, value: str) -> None:
    folder = pack(file)
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if value not in line.rstrip().split(",")), encoding="utf-8")
    [problem] = check_lexicon(folder)
    assert problem.startswith(f"{path}, column ")
    assert f"no row has {value!r}" in problem


@pytest.mark.parametrize("action", ["casualty_report", "other"])
def test_actions_that_the_code_assigns_need_no_trigger(pack: Pack, action: str) -> None:
    folder = pack("triggers.csv")
    assert f",{action}," not in (folder / "triggers.csv").read_text(encoding="utf-8")
    assert check_lexicon(folder) == []


@pytest.mark.parametrize("file", [path.name for path in sorted((SEEDS / "lexicon" / "en").iterdir())])
def test_a_missing_file_is_named(pack: Pack, file: str) -> None:
    folder = pack(file)
    (folder / file).unlink()
    [problem] = check_lexicon(folder)
    assert problem.startswith(f"{folder / file}: missing; ")


def test_a_file_that_nothing_reads_is_named(pack: Pack) -> None:
    folder = pack("nouns.csv")
    (folder / "trigger.csv").write_text("pattern,action\n")
    [problem] = check_lexicon(folder)
    assert problem.startswith(f"{folder / 'trigger.csv'}: nothing reads this file; ")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    [problem] = check_lexicon(tmp_path / "xx")
    assert "no such folder" in problem


def test_a_wrong_header_is_named(pack: Pack) -> None:
    folder = pack("context.csv", replace=("pattern,topic", "word,topic"))
    [problem] = [problem for problem in check_lexicon(folder) if "line 1" in problem]
    assert "'word,topic'; make them pattern,topic" in problem


@pytest.mark.parametrize(
    "line", ["shire,", "shire,sport,more", ""], ids=["empty value", "a field too many", "no field"]
)
def test_a_row_of_another_width_or_without_a_value_is_named(pack: Pack, line: str) -> None:
    [problem] = check_lexicon(pack("context.csv", line))
    assert ", line " in problem


def test_bytes_that_are_no_text_are_named(pack: Pack) -> None:
    folder = pack("context.csv")
    with (folder / "context.csv").open("ab") as file:
        file.write(b"\xff,sport\n")
    assert any("no CSV in UTF-8" in problem for problem in check_lexicon(folder))


@pytest.mark.parametrize(
    ("line", "key", "remedy"),
    [
        ('word_order = "osv"', "word_order", "svo, sov, vso"),
        ('apostrophe = "none"', "apostrophe", "suffix, prefix, letter"),
        ('capitals = "all"', "capitals", "names, nouns, none"),
        ("pro_drop = 1", "pro_drop", "true or false"),
        ('clitics = "al"', "clitics", "list of texts"),
        ("name = 7", "name", "quotation marks"),
        ('cases = "six"', "cases", "word_order"),
    ],
)
def test_a_wrong_setting_is_named(pack: Pack, line: str, key: str, remedy: str) -> None:
    folder = pack("language.toml")
    path = folder / "language.toml"
    kept = [old for old in path.read_text(encoding="utf-8").splitlines() if not old.startswith(f"{key} ")]
    path.write_text("\n".join([*kept, line]), encoding="utf-8")
    [problem] = check_lexicon(folder)
    assert problem.startswith(f"{path}, key {key}: ")
    assert remedy in problem


def test_a_language_needs_a_name(pack: Pack) -> None:
    folder = pack("language.toml", replace=("name = ", "# name = "))
    [problem] = check_lexicon(folder)
    assert "key name: missing" in problem


def test_settings_that_are_no_toml_are_named(pack: Pack) -> None:
    folder = pack("language.toml", "word_order svo")
    [problem] = check_lexicon(folder)
    assert problem.startswith(f"{folder / 'language.toml'}: ")


def test_the_command_succeeds_where_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["en", "tr"]) == 0
    assert capsys.readouterr().out == "no problems in en, tr\n"


def test_the_command_fails_and_prints_where_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["en", "xx"]) == 1
    assert "no such folder" in capsys.readouterr().out
