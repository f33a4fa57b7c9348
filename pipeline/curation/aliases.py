"""Decisions on names of actors.

What belongs here: the names that actors have once aliases are applied. What does not: decisions on events.
"""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from pipeline.curation.corrections import Decision, to_text
from pipeline.curation.outcome import Outcome


class Aliases(NamedTuple):
    """Names with the aliases applied, and what became of each alias."""

    actor_names: pl.DataFrame
    outcomes: list[Outcome]


def apply_aliases(decisions: Sequence[Decision], actor_names: pl.DataFrame, actors: pl.DataFrame) -> Aliases:
    """Returns the names of actors with the aliases that people decided on.

    A name that meant other actors means the decided one alone from then on; of several aliases for one name and
    language the last one counts.

    Args:
        decisions: Decisions of any kind, in order.
        actor_names: The registry's names.
        actors: The actors; an alias of another one is stale.
    """
    last = {(d.field, d.value): d for d in decisions if d.kind == "alias"}
    known = set(actors["actor_id"])
    outcomes: list[Outcome] = []
    made: list[dict[str, object]] = []
    for decision in decisions:
        if decision.kind != "alias":
            continue
        actor, language, name = decision.targets[0], decision.field, decision.value
        is_it = (pl.col("language") == language) & (pl.col("name") == name)
        found = sorted(set(actor_names.filter(is_it)["actor_id"]))
        winner = last[language, name]
        if winner is not decision:
            outcomes.append(Outcome.superseded(decision, winner))
        elif actor not in known:
            outcomes.append(Outcome.stale(decision, "unknown_target", to_text(None)))
        elif found == [actor]:
            outcomes.append(Outcome.stale(decision, "already_so", to_text(found)))
        elif found != decision.expect:
            outcomes.append(Outcome.stale(decision, "value_changed", to_text(found)))
        else:
            outcomes.append(Outcome(decision))
            actor_names = actor_names.filter(~is_it)
            made.append(
                {"actor_id": actor, "language": language, "name": name, "kind": "alias", "source": "corrections"}
            )
    rows = pl.DataFrame(made, schema=actor_names.schema, orient="row")
    return Aliases(pl.concat([actor_names, rows]), outcomes)
