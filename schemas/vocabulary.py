"""The short, fixed word lists of the contract.

What belongs here: codes that a schema version fixes (states, precisions, metrics). What does not: lists that
grow by review (actions, actors, places); those are seeds and are checked as foreign keys.
"""

from typing import Final

INPUT_STATES: Final = ("article", "duplicate", "irrelevant", "quarantined")
PUBLISHED_BASES: Final = ("metadata", "page", "feed", "filename", "inferred_from_text", "unknown")
DATE_PRECISIONS: Final = ("day", "week", "month", "quarter", "year", "range", "unknown")
DATE_BASES: Final = ("stated", "relative", "publication", "unknown")
METRICS: Final = (
    "killed",
    "injured",
    "casualties",
    "missing",
    "captured",
    "abducted",
    "arrested",
    "displaced",
    "troops",
    "participants",
    "equipment_lost",
    "equipment_supplied",
)
#: Metrics that events have columns of their own for; any other is an event's `quantity_*`.
EVENT_METRICS: Final = ("killed", "injured", "casualties")
QUANTITY_BOUNDS: Final = ("exact", "approximate", "at_least", "at_most", "range", "vague")
ACCOUNTINGS: Final = ("increment", "cumulative", "stock", "unknown")
PLACE_PRECISIONS: Final = ("exact", "near", "admin2", "admin1", "country", "unknown")
CLAIMANT_TYPES: Final = (
    "government",
    "military",
    "belligerent",
    "rebel",
    "igo",
    "ngo",
    "media",
    "witness",
    "official_unnamed",
    "unknown",
)
CLAIM_MODES: Final = ("asserted", "estimated", "denied", "planned", "threatened", "hypothetical", "historical")
RELATIONS: Final = ("supports", "contradicts", "updates", "duplicates")
REVIEW_STATES: Final = ("machine", "reviewed", "double_reviewed", "adjudicated")
DECISION_KINDS: Final = ("accept", "reject", "override", "merge", "split", "alias")
DECISION_STATES: Final = ("applied", "stale", "superseded")
STALE_REASONS: Final = ("value_changed", "already_so", "target_gone", "unknown_target", "breaks_contract")
ID_STATES: Final = ("live", "tombstone")
TOMBSTONE_REASONS: Final = ("merged_into", "split_into", "rejected", "retracted_source", "no_longer_supported")
ESTIMATE_RULES: Final = (
    "single_claim",
    "latest_of_best_source",
    "largest_cumulative",
    "cumulative_since_restart",
    "bounds_only",
    "no_quantity",
    "decision",
)
STAGES: Final = ("ingest", "extract", "resolve")
SOURCE_KINDS: Final = ("folder", "feed", "sitemap", "warc", "gdelt", "mediacloud")
CADENCES: Final = ("quarter_hourly", "hourly", "six_hourly", "daily", "weekly")
QUAD_CLASSES: Final = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict", "none")
ACTOR_KINDS: Final = (
    "state",
    "government",
    "military",
    "police",
    "intelligence",
    "rebel",
    "militia",
    "terrorist",
    "criminal",
    "party",
    "igo",
    "ngo",
    "media",
    "company",
    "people",
    "generic",
    "other",
)
CHANGE_KINDS: Final = ("added", "removed", "changed")
CHANGE_CAUSES: Final = ("new_source", "source_update", "human_decision", "code_change", "codebook_change")
COVERAGE_STATES: Final = ("collected", "partly", "not")
