"""The commands and their arguments, as `--help` shows them.

What belongs here: what may be written on the command line. What does not: what a command does (making.py, releases.py).
"""

import argparse
from pathlib import Path

from pipeline.build import PROJECT
from pipeline.cli.making import run_build, run_evaluate, run_extract, run_rebuild, run_sources
from pipeline.cli.releases import (
    run_diff,
    run_explain,
    run_fetch,
    run_publish,
    run_query,
    run_releases,
    run_resolve,
    run_serve,
    run_sign_off,
    run_update,
    run_verify,
    run_yank,
)
from pipeline.readers import KEY_VARIABLE, KINDS


def make_parser() -> argparse.ArgumentParser:
    """Returns the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="conflict-events",
        description="Turns news articles into a dataset of attributed conflict claims and events.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data", type=Path, default=PROJECT / "data", metavar="DIR", help="the data folder (default: data)"
    )
    work = argparse.ArgumentParser(add_help=False)
    work.add_argument("--workers", type=_positive, metavar="N", help="processes (default: as many as it pays to use)")

    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument("--reader", choices=KINDS, default="rules", help="what reads the articles (default: rules)")
    reading.add_argument(
        "--llm-url", default="", metavar="URL", help="an endpoint that speaks OpenAI's chat completions"
    )
    reading.add_argument(
        "--llm-model", default="", metavar="NAME", help=f"its model; its key is read from {KEY_VARIABLE}"
    )
    reading.add_argument("--llm-tokens", type=_positive, default=1_000_000, metavar="N", help="budget of one run")

    one = commands.add_parser("build", parents=[data, work, reading], help="read the sources and make a release")
    one.add_argument("--sources", type=Path, metavar="FILE", help="another list of sources than seeds/sources.csv")
    one.add_argument(
        "--source-folder", type=Path, action="append", default=[], metavar="DIR",
        help="a folder of articles to read instead of the configured sources; may be given again",
    )  # fmt: skip
    one.set_defaults(run=run_build)

    one = commands.add_parser(
        "extract", parents=[data, work, reading], help="read claims from article lines, without a data folder"
    )
    one.add_argument("articles", metavar="ARTICLES.jsonl", help="article lines; - is standard input")
    one.add_argument(
        "-o", "--output", default="-", metavar="CLAIMS.jsonl",
        help="where claim lines go; .parquet by its suffix; - is standard output (default)",
    )  # fmt: skip
    one.set_defaults(run=run_extract)

    one = commands.add_parser(
        "evaluate", parents=[data, work, reading], help="compare what is read from gold sets with the gold"
    )
    one.add_argument("gold", nargs="+", type=Path, metavar="GOLD_DIR", help="a gold set, or a folder of them")
    one.add_argument(
        "--by", default="language", metavar="FIELD", help="field of articles.jsonl to group by (default: language)"
    )
    one.add_argument("--errors", type=int, default=0, metavar="N", help="show the first N misses of each slot")
    one.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    one.add_argument(
        "--write-floors", type=Path, metavar="FILE", help="raise the floors of a file to the figures of GOLD_DIR"
    )
    one.set_defaults(run=run_evaluate)

    one = commands.add_parser("sources", parents=[data], help="list the sources, or try them and say what they hold")
    one.add_argument("action", choices=("list", "check"))
    one.add_argument("ids", nargs="*", metavar="ID", help="these sources only; check: the enabled ones unless given")
    one.add_argument("--sources", type=Path, metavar="FILE", help="another list of sources than seeds/sources.csv")
    one.set_defaults(run=run_sources)

    one = commands.add_parser("query", parents=[data], help="ask the latest release in SQL")
    one.add_argument("sql", metavar="SQL")
    which = one.add_mutually_exclusive_group()
    which.add_argument("--release", metavar="VERSION", help="another release than the latest")
    which.add_argument(
        "--all-releases", action="store_true", help="all of them: as_of('VERSION'), all_events, \"VERSION\".events"
    )
    one.set_defaults(run=run_query)

    one = commands.add_parser("releases", parents=[data], help="list the releases")
    one.set_defaults(run=run_releases)

    one = commands.add_parser("diff", parents=[data], help="show in what one release differs from another")
    one.add_argument("before", metavar="A")
    one.add_argument("after", metavar="B")
    one.add_argument("--json", action="store_true", help="all of it, as JSON")
    one.set_defaults(run=run_diff)

    one = commands.add_parser(
        "rebuild", parents=[data, work, reading], help="make a release again from what is kept, and compare"
    )
    one.add_argument("version", metavar="VERSION")
    one.set_defaults(run=run_rebuild)

    one = commands.add_parser("publish", parents=[data], help="publish a release to a bucket or folder")
    one.add_argument("url", metavar="URL", help="s3://, gs://, az://, file:// or a folder")
    one.add_argument("version", nargs="?", metavar="VERSION", help="the latest unless given")
    one.set_defaults(run=run_publish)

    one = commands.add_parser("fetch", parents=[data], help="fetch a release that was published")
    one.add_argument("url", metavar="URL", help="s3://, gs://, az://, https://, file:// or a folder")
    one.add_argument("version", nargs="?", metavar="VERSION", help="the latest there unless given")
    one.set_defaults(run=run_fetch)

    one = commands.add_parser("update", parents=[data], help="bring what was fetched to the latest release")
    one.set_defaults(run=run_update)

    one = commands.add_parser("sign-off", parents=[data], help="make a candidate stable: you looked at what moved")
    one.add_argument("version", metavar="VERSION")
    one.add_argument("--author", required=True, metavar="NAME", help="who signs it off")
    one.add_argument("--reason", required=True, metavar="TEXT", help="why it is right all the same")
    one.set_defaults(run=run_sign_off)

    one = commands.add_parser("yank", parents=[data], help="withdraw a release; its files stay")
    one.add_argument("version", metavar="VERSION")
    one.add_argument("--reason", required=True, metavar="TEXT", help="what is wrong with it")
    one.add_argument("--use-instead", required=True, metavar="VERSION", help="the release to use in its place")
    one.set_defaults(run=run_yank)

    one = commands.add_parser("verify", parents=[data], help="check that a release is whole and unchanged")
    one.add_argument("version", nargs="?", metavar="VERSION", help="the latest unless given")
    one.set_defaults(run=run_verify)

    one = commands.add_parser("explain", parents=[data], help="show an event's claims and the sentences that make them")
    one.add_argument("event_id", metavar="EVENT_ID")
    one.add_argument("--release", metavar="VERSION", help="another release than the latest")
    one.set_defaults(run=run_explain)

    one = commands.add_parser("resolve", parents=[data], help="show what became of an event id of any release")
    one.add_argument("event_id", metavar="EVENT_ID")
    one.set_defaults(run=run_resolve)

    one = commands.add_parser("serve", parents=[data], help="show a release's site on this computer")
    one.add_argument("--release", metavar="VERSION", help="another release than the latest")
    one.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this computer alone)")
    one.add_argument("--port", type=_port, default=8000, help="its port; 0 is any free one (default: 8000)")
    one.set_defaults(run=run_serve)
    return parser


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number to work with: give 1 or more")
    return number


def _port(text: str) -> int:
    number = int(text) if text.isdecimal() else -1
    if not 0 <= number < 2**16:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")
    return number
