"""The command line: `conflict-events`, the same functions as the Dagster assets.

What belongs here: arguments, messages, progress and exit codes. What does not: any work on data. Exit codes: 0 done;
1 something was wrong with the data, and is said; 2 the command was not understood.

    arguments.py    the commands and their arguments
    making.py       commands that read articles
    releases.py     commands on releases that are made
    progress.py     the progress bar
"""

import sys
from collections.abc import Sequence
from typing import Final

from pipeline.cli.arguments import make_parser
from pipeline.ingest import AccountingError
from pipeline.release import QueryError, ReleaseError
from pipeline.store import StoreError
from pipeline.validate import ContractError

__all__ = ["USER_ERRORS", "main", "make_parser"]

#: What users can mend; anything else is an error of the program and keeps its traceback.
USER_ERRORS: Final = (ContractError, StoreError, ReleaseError, QueryError, AccountingError, OSError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = make_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except USER_ERRORS as error:
        print(f"conflict-events: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "conflict-events: stopped; what was finished is kept, and the next run goes on from there", file=sys.stderr
        )
        return 1
    return code
