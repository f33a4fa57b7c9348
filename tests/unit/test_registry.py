"""The actor registry: everybody is there once, in every language, and no name means two of them."""

import importlib.util
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from pipeline.extract.patterns import PatternIndex
from pipeline.extract.text import Apostrophe, fold, tokenize
from pipeline.seeds import SEEDS, read_seed

LANGUAGES = ("ar", "de", "en", "es", "fa", "fr", "id", "it", "nl", "pt", "ru", "tr", "uk", "zh")
APOSTROPHES: tuple[Apostrophe, ...] = ("suffix", "prefix", "letter")
CLITICS = {"ar": ("و", "ف", "ب", "ل", "ك", "ال")}
LATIN = ("de", "en", "es", "fr", "id", "it", "nl", "pt", "tr")  # a name of every language is written in Latin letters
SCRIPTS_WITH_CASE = tuple(language for language in LANGUAGES if language not in ("ar", "fa", "zh"))

COUNTRIES_IN_CONFLICT = """
AFG AGO ARM AZE BDI BFA BGD BIH BLR CAF CHN CMR COD COL CUB DZA EGY ERI ETH GEO GTM HTI IDN IND IRN IRQ ISR JOR KEN
KHM KOR LBN LBR LBY LKA MAR MDA MEX MLI MMR MOZ NER NGA NIC NPL PAK PER PHL PRK PSE RUS RWA SAU SDN SLE SLV SOM SRB
SSD SYR TCD THA TJK TLS TUR TWN UGA UKR USA VEN XKX YEM ZWE
"""
MOST_REPORTED = """
ABU_SAYYAF ADF AFP AFRICA_CORPS ALLIANCE_SAHEL_STATES AL_QAEDA AL_SHABAAB AMAL AMBAZONIA AMNESTY ANTI_BALAKA AQAP
AQIM ARAB_LEAGUE ARAKAN_ARMY ARSA ARTSAKH ASEAN AU AUC AZOV BLA BOKO_HARAM CHECHEN_REBELS CHN_MIL CJNG CLAN_GOLFO
CODECO CONTRAS DPR ECOWAS ELN EU FANO FARC FARC_DISSIDENTS FATAH FDLR FMLN FPMR FSA FSLN GAM GNA HAMAS HAQQANI
HEZBOLLAH HOUTHI HRW HTS IAEA ICC ICRC IPOB IRA IRN_BASIJ IRN_IRGC IRN_QUDS ISAF ISGS ISIS ISR_MIL ISR_SETTLERS
ISWAP JAD JAISH_ADL JANJAWEED JEM_SDN JI JNIM KATAIB_HEZBOLLAH KCNA KFOR KHMER_ROUGE KIA KNLA KNU KOR_JCS KOR_SPY
KURDS LET LNA LPR LRA LTTE M19 M23 MAHDI_ARMY MAI_MAI MILF MINUSCA MINUSMA MNDAA MNLF MONUSCO MRTA MS13 MSF
MUSLIM_BROTHERHOOD NATO NAXALITES NPA NUG NUSRA OCHA OHCHR OIC OIR OLA OPCW OPM OSCE PCC_BRA PDF PESHMERGA PIJ PKK
PLO PMF POLISARIO PRK_MIL PSE_GAZA_HEALTH PSE_GOV QASSAM RED_CROSS RENAMO REUTERS ROHINGYA RUS_GOV RUS_MIL SDF
SDN_RSF SELEKA SENDERO SINALOA SLM SNA SOHR STC_YEMEN TALIBAN TAMILS TNLA TPLF TPNPB TREN_ARAGUA TTP UCK UKR_GOV
UKR_MIL UN UNHCR UNICEF UNIFIL UNITA UNRWA UNSC URNG USA_GOV USA_MIL UYGHURS VIV_ANSANM WAGNER WAZALENDO WFP
WHITE_HELMETS WHO XINHUA YAZIDIS YPG
"""
STATE_ORGANS = ("state", "government", "military", "police", "intelligence")


@cache
def actors() -> dict[str, dict[str, Any]]:
    return {row["actor_id"]: row for row in read_seed("actors").to_dicts()}


@cache
def all_names() -> pl.DataFrame:
    return read_seed("actor_names")


@cache
def names(language: str) -> tuple[dict[str, Any], ...]:
    return tuple(all_names().filter(pl.col("language").is_in([language, "mul"])).to_dicts())


@cache
def languages_by_actor() -> dict[str, frozenset[str]]:
    by_actor = all_names().group_by("actor_id").agg("language")
    return {actor_id: frozenset(found) for actor_id, found in by_actor.iter_rows()}


def languages_of(actor_id: str) -> frozenset[str]:
    found = languages_by_actor()[actor_id]
    return found | frozenset(LATIN if "mul" in found else ())


def build_index(language: str, apostrophe: Apostrophe) -> PatternIndex[dict[str, Any]]:
    index: PatternIndex[dict[str, Any]] = PatternIndex(CLITICS.get(language, ()), apostrophe)
    for row in names(language):
        index.add(row["name"], row)
    return index


def live_together(one: str, other: str) -> bool:
    """Whether two actors exist on one day."""
    first, second = sorted((actors()[one], actors()[other]), key=lambda row: str(row["valid_to"] or "9999"))
    ended = first["valid_to"] and second["valid_from"] and first["valid_to"] <= second["valid_from"]
    return not ended


def load_script() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "make_countries.py"
    spec = importlib.util.spec_from_file_location("make_countries", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_country_of_an_actor_is_an_actor() -> None:
    assert {row["country"] for row in actors().values()} - {None} <= set(actors())


def test_no_actor_is_above_itself() -> None:
    for actor_id in actors():
        above = [actor_id]
        while (parent := actors()[above[-1]]["parent_id"]) is not None:
            assert parent not in above, above
            above.append(parent)


def test_no_actor_ends_before_it_begins() -> None:
    for row in actors().values():
        if row["valid_from"] and row["valid_to"]:
            assert row["valid_from"] <= row["valid_to"], row


def test_a_wikidata_item_is_one_actors() -> None:
    items = [row["wikidata_id"] for row in actors().values() if row["wikidata_id"]]
    assert len(items) == len(set(items))


def test_every_actor_has_a_name_to_be_found_by() -> None:
    assert set(actors()) - set(all_names()["actor_id"]) == set()


@pytest.mark.parametrize("actor_id", COUNTRIES_IN_CONFLICT.split())
def test_countries_in_conflict_are_named_in_every_language(actor_id: str) -> None:
    assert languages_of(actor_id) >= set(LANGUAGES)
    assert {f"{actor_id}_{sector}" for sector in ("GOV", "MIL", "COP")} <= set(actors())


@pytest.mark.parametrize("actor_id", MOST_REPORTED.split())
def test_the_most_reported_actors_are_named_in_every_language(actor_id: str) -> None:
    assert languages_of(actor_id) >= set(LANGUAGES)


def test_the_registry_knows_more_than_states_and_their_organs() -> None:
    others = [row for row in actors().values() if row["kind"] not in STATE_ORGANS]
    assert len(others) >= 350


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_is_found_and_means_one_actor_at_a_time(language: str, apostrophe: Apostrophe) -> None:
    index = build_index(language, apostrophe)
    for row in names(language):
        tokens = tokenize(row["name"].replace("*", ""), apostrophe=apostrophe)
        matches = index.match_at(tokens, 0)
        longest = [match.value for match in matches if match.end == matches[0].end]
        assert row in longest, row
        for one, other in pairwise(sorted({value["actor_id"] for value in longest})):
            assert not live_together(one, other), [(value["actor_id"], value["name"]) for value in longest]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_star_stands_only_at_the_end_of_a_word(language: str) -> None:
    assert [
        row for row in names(language) if any("*" in word[:-1] or word == "*" for word in row["name"].split())
    ] == []


@pytest.mark.parametrize("language", SCRIPTS_WITH_CASE)
def test_an_abbreviation_is_written_in_capitals_throughout(language: str) -> None:
    rows = [row["name"] for row in names(language) if row["kind"] == "abbreviation"]
    assert [name for name in rows if any(char.islower() for char in name)] == []


def test_demonyms_of_one_language_are_not_repeated_under_another_spelling() -> None:
    seen: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in all_names().filter(pl.col("kind") == "demonym").iter_rows(named=True):
        seen[row["actor_id"], row["language"], fold(row["name"])].append(row["name"])
    assert [spellings for spellings in seen.values() if len(spellings) > 1] == []


TEXTS = {
    "elision-fr": ("fr", "prefix", "l'armée israélienne", "ISR"),
    "lower-case-es": ("es", "suffix", "los soldados ucranianos", "UKR"),
    "no-article-pt": ("pt", "suffix", "rebeldes colombianos", "COL"),
    "case-ru": ("ru", "suffix", "войска вошли в Россию", "RUS"),
    "adjective-uk": ("uk", "letter", "ізраїльської армії", "ISR"),
    "apostrophe-uk": ("uk", "letter", "у В'єтнамі", "VNM"),
    "suffix-tr": ("tr", "suffix", "Suriyeliler", "SYR"),
    "clitics-ar": ("ar", "suffix", "وللإسرائيليين", "ISR"),
    "article-ar": ("ar", "suffix", "لليمن", "YEM"),
    "unspaced-zh": ("zh", "suffix", "据真主党称", "HEZBOLLAH"),
    "nickname-id": ("id", "suffix", "tentara Korut", "PRK"),
    "army-en": ("en", "suffix", "the Israeli army", "ISR_MIL"),
    "points-en": ("en", "suffix", "a U.S. drone", "USA"),
    "sea-en": ("en", "suffix", "in the South China Sea", "REGION_SOUTH_CHINA_SEA"),
    "rival-state-ru": ("ru", "suffix", "Южной Кореи", "KOR"),
}


@pytest.mark.parametrize(("language", "apostrophe", "text", "actor_id"), TEXTS.values(), ids=TEXTS)
def test_names_are_found_as_they_stand_in_text(language: str, apostrophe: Apostrophe, text: str, actor_id: str) -> None:
    found = build_index(language, apostrophe).find(tokenize(text, apostrophe=apostrophe))
    assert {match.value["actor_id"] for match in found} == {actor_id}


def each_file(script: ModuleType) -> Iterator[tuple[Path, list[dict[str, str]], Any]]:
    yield SEEDS / "actors.csv", script.make_actors(), script.actor_key
    yield SEEDS / "actor_names.csv", script.make_names(), script.name_key


def test_the_script_makes_just_the_country_rows_that_the_seeds_hold() -> None:
    script = load_script()
    for path, generated, key in each_file(script):
        held = script.read_rows(path)
        assert script.merge(held, generated, key) == held
        assert {key(row) for row in generated} == {key(row) for row in held if row["source"].startswith("CLDR")}


def test_the_script_replaces_its_own_rows_and_keeps_those_written_by_hand() -> None:
    script = load_script()
    empty = dict.fromkeys(script.ACTOR_COLUMNS, "")
    gone = empty | {"actor_id": "ZZZ", "source": "CLDR 1"}
    own = empty | {"actor_id": "SSD", "name": "Old name", "valid_from": "2011-07-09", "source": "CLDR 1"}
    hand = empty | {"actor_id": "HAND", "source": "editors"}
    merged = {row["actor_id"]: row for row in script.merge([gone, own, hand], script.make_actors(), script.actor_key)}
    assert "ZZZ" not in merged
    assert merged["HAND"] == hand
    assert (merged["SSD"]["name"], merged["SSD"]["valid_from"]) == ("South Sudan", "2011-07-09")
