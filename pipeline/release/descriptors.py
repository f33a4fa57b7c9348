"""What other programs read of a release before they read its data: Data Package, Croissant, citation.

What belongs here: datapackage.json, croissant.json and CITATION.cff, all written from the data dictionary and the
files that are there. What does not: the manifest, which verify trusts (manifest.py).

Formats: Data Package 2.0 (https://datapackage.org), Croissant 1.1 (https://docs.mlcommons.org/croissant), Citation File
Format 1.2.0 (https://citation-file-format.github.io).
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from pipeline.release.csv_files import FOLDER
from pipeline.store import sha256_of
from schemas import FOREIGN_KEYS, KEYS, SCHEMA_VERSION, TABLES
from schemas.dictionary import Entry, describe, table_entries

NAME: Final = "conflict-events"
TITLE: Final = "conflict-events: attributed conflict claims and events from the world's news"
DESCRIPTION: Final = (
    "Claims of conflict events (date, actor, action, quantity, source), each with the sentence of the article that "
    "says it, and the events that they amount to. Written by programs from news articles; review_state says what "
    "people have looked at."
)
AUTHORS: Final = "conflict-events contributors"
KEYWORDS: Final = ("armed conflict", "political violence", "protest", "event data", "news")

#: Of the data. What is quoted of articles stays under the terms of their sources (sources.licence).
LICENCE: Final = "CC-BY-4.0"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"

DATAPACKAGE: Final = "datapackage.json"
CROISSANT: Final = "croissant.json"
CITATION: Final = "CITATION.cff"

#: Types of the data dictionary as the two formats name them.
_TYPES: Final = {
    "string": ("string", "sc:Text"),
    "integer": ("integer", "sc:Integer"),
    "number": ("number", "sc:Float"),
    "boolean": ("boolean", "sc:Boolean"),
    "date": ("date", "sc:Date"),
    "datetime (UTC)": ("datetime", "sc:DateTime"),
    "list of string": ("array", "sc:Text"),
}

_PARQUET: Final = "application/vnd.apache.parquet"


def cite(version: str, created_at: datetime) -> str:
    """Returns how a release is cited, in one line."""
    return f"{AUTHORS} ({created_at.astimezone(UTC):%Y}). {TITLE}. Version {version}. {LICENCE}."


def write_descriptors(folder: Path, version: str, created_at: datetime) -> None:
    """Writes datapackage.json, croissant.json and CITATION.cff for the tables that a release's folder holds."""
    digests = {
        name: (sha256_of(folder / name), (folder / name).stat().st_size)
        for table in TABLES
        for name in (f"{table}.parquet", f"{FOLDER}/{table}.csv.gz")
    }
    _write_json(folder / DATAPACKAGE, make_datapackage(version, created_at, digests))
    _write_json(folder / CROISSANT, make_croissant(version, created_at, digests))
    text = yaml.safe_dump(make_citation(version, created_at), sort_keys=False, allow_unicode=True, width=1000)
    (folder / CITATION).write_text(text, encoding="utf-8")


def make_datapackage(version: str, created_at: datetime, digests: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    """Returns the Data Package 2.0 descriptor: one resource for the Parquet file and one for the CSV of each table.

    Args:
        version: The release.
        created_at: When it was made.
        digests: sha256 and size of each file.
    """
    resources = []
    for table in TABLES:
        schema = _table_schema(table)
        for name, file, form in (
            (table, f"{table}.parquet", {"format": "parquet", "mediatype": _PARQUET}),
            (
                f"{table}-csv",
                f"{FOLDER}/{table}.csv.gz",
                {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "compression": "gz"},
            ),
        ):
            digest, size = digests[file]
            resources.append(
                {
                    "name": name.replace("_", "-"),
                    "type": "table",
                    "path": file,
                    "title": table,
                    "description": describe(table),
                    **form,
                    "bytes": size,
                    "hash": f"sha256:{digest}",
                    "schema": schema,
                }
            )
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "version": version,
        "created": _time(created_at),
        "keywords": list(KEYWORDS),
        "licenses": [{"name": LICENCE, "path": LICENCE_URL, "title": "Creative Commons Attribution 4.0 International"}],
        "contributors": [{"title": AUTHORS, "roles": ["creator"]}],
        "conflict-events:schema_version": SCHEMA_VERSION,
        "resources": resources,
    }


def _table_schema(table: str) -> dict[str, Any]:
    keys = [
        {
            "fields": [column],
            "reference": {"resource": other.replace("_", "-") if other != table else "", "fields": [key]},
        }
        for (owner, column), (other, key) in FOREIGN_KEYS.items()
        if owner == table
    ]
    return {
        "fields": [_field(entry) for entry in table_entries(table)],
        "fieldsMatch": ["exact"],
        "primaryKey": list(KEYS[table]),
        **({"foreignKeys": keys} if keys else {}),
        "missingValues": [""],
    }


def _field(entry: Entry) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if entry.nullable else {"required": True}
    if entry.codes:
        constraints["enum"] = list(entry.codes)
    return {
        "name": entry.column,
        "type": _TYPES[entry.type][0],
        "description": entry.comment,
        **({"constraints": constraints} if constraints else {}),
    }


def make_croissant(version: str, created_at: datetime, digests: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    """Returns the Croissant description, which is also a schema.org Dataset: record sets read the CSV files.

    Args:
        version: The release.
        created_at: When it was made.
        digests: sha256 and size of each file.
    """
    files = [
        {
            "@type": "cr:FileObject",
            "@id": name,
            "name": name,
            "contentUrl": name,
            "contentSize": f"{size} B",
            "encodingFormat": "application/x-parquet" if name.endswith(".parquet") else "text/csv",
            "sha256": digest,
        }
        for name, (digest, size) in digests.items()
    ]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": NAME,
        "description": DESCRIPTION,
        "version": version,
        "datePublished": _time(created_at),
        "license": LICENCE_URL,
        "creator": {"@type": "sc:Organization", "name": AUTHORS},
        "keywords": list(KEYWORDS),
        "url": f"urn:conflict-events:{version}",
        "citeAs": cite(version, created_at),
        "distribution": files,
        "recordSet": [_record_set(table) for table in TABLES],
    }


def _record_set(table: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": describe(table),
        "key": [{"@id": f"{table}/{column}"} for column in KEYS[table]],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table}/{entry.column}",
                "name": entry.column,
                "description": entry.comment,
                "dataType": _TYPES[entry.type][1],
                "source": {"fileObject": {"@id": f"{FOLDER}/{table}.csv.gz"}, "extract": {"column": entry.column}},
            }
            for entry in table_entries(table)
        ],
    }


def make_citation(version: str, created_at: datetime) -> dict[str, Any]:
    """Returns the citation file: how to cite this release."""
    return {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite the release that you used.",
        "type": "dataset",
        "title": TITLE,
        "abstract": DESCRIPTION,
        "authors": [{"name": AUTHORS}],
        "version": version,
        "date-released": f"{created_at.astimezone(UTC):%Y-%m-%d}",
        "license": LICENCE,
        "keywords": list(KEYWORDS),
    }


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


#: The context that Croissant 1.1 prescribes, so that its short names mean what they mean there.
_CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
