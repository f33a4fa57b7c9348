"""The registries: reviewed seed files that are released as tables of the same name.

What belongs here: sources, actions, actors, actor_names, places. What does not: the lexicon (pipeline/extract).
"""

import pandera.polars as pa
import polars as pl

from schemas.base import Table, code_field, text_field
from schemas.vocabulary import ACTOR_KINDS, CADENCES, QUAD_CLASSES, SOURCE_KINDS


class Sources(Table):
    """One row per configured source of articles."""

    source_id: str = pa.Field(unique=True, str_matches=r"^[a-z0-9_]+$", description="Short name of the source")
    kind: str = code_field(SOURCE_KINDS, "How it is read")
    location: str = text_field(
        "Folder or file (relative to the project), URL, or prefix of an object store (s3, gs, az); `%Y`, `%m`, `%d`: the day"
    )
    language: str = text_field("Language hint, BCP 47; empty: detect", nullable=True)
    publisher: str = text_field("Publisher where the articles do not name one", nullable=True)
    country: str = pa.Field(
        nullable=True, str_matches=r"^[A-Z]{3}$", description="Publisher's country, ISO 3166-1 alpha-3"
    )
    timezone: str = text_field("IANA time zone for dates without an offset; empty: UTC", nullable=True)
    cadence: str = code_field(CADENCES, "How often it is read at most; empty: by every build", nullable=True)
    pages: bool = text_field("Whether the pages of a feed's items are fetched; empty: they are not", nullable=True)
    licence: str = text_field("Terms of use of its articles")
    enabled: bool = text_field("Whether a build reads it")


class Actions(Table):
    """One row per action code, with its crosswalks to the field's other schemes."""

    action: str = pa.Field(unique=True, str_matches=r"^[a-z_]+$", description="The code")
    family: str = text_field("One or more names, `|` between; actions that share one may tell of one incident")
    definition: str = text_field("What the code means")
    plover_type: str = text_field("PLOVER event type")
    plover_mode: str = text_field("PLOVER mode", nullable=True)
    cameo_root: str = text_field("CAMEO root code, two digits")
    acled_event_type: str = text_field("ACLED event type", nullable=True)
    acled_sub_event_type: str = text_field("ACLED sub-event type", nullable=True)
    quad_class: str = code_field(QUAD_CLASSES, "Verbal or material, cooperation or conflict")
    source: str = text_field("Where the row is from")


class Actors(Table):
    """One row per actor that can be named by an id."""

    actor_id: str = pa.Field(
        unique=True,
        str_matches=r"^[A-Z0-9_]+$",
        description="ISO 3166-1 alpha-3 for a state, then the PLOVER sector; else a name",
    )
    name: str = text_field("Name in English")
    kind: str = code_field(ACTOR_KINDS, "What kind of actor")
    country: str = pa.Field(
        nullable=True, str_matches=r"^[A-Z]{3}$", description="Country of the actor, ISO 3166-1 alpha-3"
    )
    sector: str = text_field("PLOVER sector code: GOV, MIL, REB, COP, SPY, ...", nullable=True)
    parent_id: str = text_field("The actor that it is part of (actors)", nullable=True)
    valid_from: pl.Date = text_field("First day of its existence under this name", nullable=True)
    valid_to: pl.Date = text_field("Last day", nullable=True)
    wikidata_id: str = pa.Field(nullable=True, str_matches=r"^Q\d+$", description="Wikidata item")
    source: str = text_field("Where the row is from")


class ActorNames(Table):
    """One row per name of an actor in a language."""

    actor_id: str = text_field("The actor (actors)")
    language: str = text_field("BCP 47 primary tag; mul: in every language")
    name: str = text_field("Name, alias, abbreviation, demonym or capital used for the state; * at its end: any ending")
    kind: str = code_field(("name", "alias", "abbreviation", "demonym", "metonym"), "What kind of name")
    source: str = text_field("Where the row is from")


class Places(Table):
    """One row per place that a claim or event names."""

    place_id: str = pa.Field(
        unique=True, description="GeoNames id, or ISO 3166 code for countries and first-level divisions"
    )
    name: str = text_field("Name")
    country: str = pa.Field(
        nullable=True,
        str_matches=r"^[A-Z]{3}$",
        description="ISO 3166-1 alpha-3; null for seas and regions of several countries",
    )
    admin1: str = text_field("First-level division", nullable=True)
    latitude: float = pa.Field(nullable=True, ge=-90, le=90, description="WGS 84", metadata={"unit": "degree"})
    longitude: float = pa.Field(nullable=True, ge=-180, le=180, description="WGS 84", metadata={"unit": "degree"})
    population: int = pa.Field(nullable=True, ge=0, description="Population", metadata={"unit": "person"})
    source: str = text_field("Where the row is from")
