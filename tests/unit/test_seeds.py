"""Seed files become typed tables, or an error that names the place and the remedy."""

import datetime as dt
from pathlib import Path

import pytest

from pipeline.seeds import SEED_TABLES, SEEDS, languages, read_seed
from pipeline.validate import ContractError, check_foreign_keys, table_types
from schemas import TABLES

SOURCES = "source_id,kind,location,language,publisher,country,timezone,licence,enabled\n"
ACTORS = "actor_id,name,kind,country,sector,parent_id,valid_from,valid_to,wikidata_id,source\n"


@pytest.mark.parametrize("name", SEED_TABLES)
def test_the_projects_seeds_keep_their_models(name: str) -> None:
    frame = read_seed(name)
    assert frame.height > 0
    assert dict(frame.schema) == table_types(TABLES[name])


def test_the_projects_seeds_name_only_actors_that_exist() -> None:
    assert check_foreign_keys({name: read_seed(name) for name in ("actors", "actor_names")}) == []


def test_the_projects_lexicon_has_its_languages_in_order() -> None:
    found = languages()
    assert found == tuple(sorted(found))
    assert all((SEEDS / "lexicon" / language).is_dir() for language in found)


def test_fields_are_read_in_the_models_types_and_empty_ones_are_null(tmp_path: Path) -> None:
    (tmp_path / "actors.csv").write_text(
        f'{ACTORS}A,"Army, First",military,,MIL,,1990-01-31,,Q1,"s"\n', encoding="utf-8"
    )
    row = read_seed("actors", tmp_path).row(0, named=True)
    assert (row["name"], row["country"], row["valid_from"]) == ("Army, First", None, dt.date(1990, 1, 31))


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_text(
        "enabled,licence,source_id,kind,location,language,publisher,country,timezone\ntrue,own,desk,folder,x,,,,\n"
    )
    assert read_seed("sources", tmp_path).row(0)[:2] == ("desk", "folder")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("sources", SOURCES + "a,folder,x,,,,,l,true\nb,folder,x,,,,,l,yes\n",
                     r"row 3, column enabled: 'yes' is not true or false; correct it", id="not_a_boolean"),
        pytest.param("actors", ACTORS + "A,n,state,,,,1990-02-30,,,s\n",
                     r"row 2, column valid_from: '1990-02-30' is not a date YYYY-MM-DD", id="not_a_date"),
        pytest.param("sources", SOURCES + "a,pigeon,x,,,,,l,true\n",
                     r"row 2, column kind: 'pigeon' breaks the rule isin", id="unknown_code"),
        pytest.param("sources", SOURCES + "a,folder,,,,,,l,true\n",
                     r"row 2, column location: None breaks the rule not_nullable", id="empty_field"),
        pytest.param("sources", SOURCES + "a,folder,x,,,,,l,true\n\na,folder,y,,,,,l,true\n",
                     r"row 2, column source_id: 'a' breaks the rule field_uniqueness|row 3, column enabled", id="repeated"),
        pytest.param("sources", SOURCES + "a,folder,x,y,,,,,l,true,surplus\n",
                     r"sources.csv is no CSV of one width", id="ragged"),
        pytest.param("sources", "source_id,sort\na,b\n",
                     r"row 1: missing columns \[kind, .*\], unknown columns \[sort\]", id="wrong_columns"),
        pytest.param("sources", "", r"sources.csv is no CSV", id="empty_file"),
        pytest.param("actor_names", "actor_id,language,name,kind,source\nA,en,x,name,s\nA,en,x,alias,s\n",
                     r"row 2, column actor_id, language, name: 'A en x' is there twice; remove one", id="repeated_key"),
    ],
)  # fmt: skip
def test_a_broken_seed_is_named_with_file_row_column_and_remedy(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=message) as caught:
        read_seed(name, tmp_path)
    assert str(tmp_path / f"{name}.csv") in str(caught.value)


def test_a_seed_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_bytes((SOURCES + "a,folder,caf\u00e9,,,,,l,true\n").encode("latin-1"))
    with pytest.raises(ContractError, match="UTF-8"):
        read_seed("sources", tmp_path)


def test_a_missing_seed_is_named_with_its_columns(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"sources.csv is missing: add it with the columns source_id, kind"):
        read_seed("sources", tmp_path)


def test_a_name_that_is_no_seed_is_refused() -> None:
    with pytest.raises(KeyError, match="events is no seed"):
        read_seed("events")


def test_languages_are_the_folders_of_the_lexicon(tmp_path: Path) -> None:
    for name in ("tr", "en"):
        (tmp_path / "lexicon" / name).mkdir(parents=True)
    (tmp_path / "lexicon" / "README.md").touch()
    assert languages(tmp_path) == ("en", "tr")
