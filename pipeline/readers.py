"""Who reads the articles: the rules, a language model, or the model where the rules are unsure.

What belongs here: the choice of a reader, and what each makes of a list of articles. What does not: how rules read
(pipeline/extract), how a model is asked (pipeline/llm), and which articles are read again (pipeline/extraction.py).
"""

import hashlib
import importlib.util
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol

from pipeline.extract.extractor import Extractor
from pipeline.extraction import Article, Extraction, extract_articles, guard_rows, load_extractor
from pipeline.llm.answers import Answers
from pipeline.llm.endpoint import Endpoint
from pipeline.llm.prompt import AnswerError, make_prompt, parse_answer
from pipeline.seeds import SEEDS, read_seed
from pipeline.validate import ContractError

if TYPE_CHECKING:
    from pipeline.llm.client import Reply

Kind = Literal["rules", "llm", "hybrid"]
KINDS: Final[tuple[Kind, ...]] = ("rules", "llm", "hybrid")

#: The variable of the environment that holds an endpoint's secret: on a command line others could read it.
KEY_VARIABLE: Final = "CONFLICT_EVENTS_LLM_KEY"

#: Rules are unsure of an article when they trust one of its claims less than this: more likely wrong than right.
UNSURE_BELOW: Final = 0.5

Progress = Callable[[int, int], None]


class Reader(Protocol):
    """Reads articles in their order; its version changes with all that its claims depend on."""

    version: str

    def read(self, articles: Sequence[Article], progress: Progress | None = None) -> Iterator[Extraction]:
        """Returns what it reads in each article."""
        ...

    def describe(self) -> str:
        """Returns in a line what its last reading took, for the person who started it; empty: nothing to say."""
        ...


class RuleReader:
    """The extractor: word lists and rules.

    Args:
        seeds: The folder of seeds.
        workers: Processes; by default one for each core where there is much to read.
    """

    def __init__(self, seeds: Path = SEEDS, workers: int | None = None) -> None:
        self.extractor: Extractor = load_extractor(seeds)
        self.version = self.extractor.version
        self._seeds = seeds
        self._workers = workers

    def read(self, articles: Sequence[Article], progress: Progress | None = None) -> Iterator[Extraction]:
        """Returns what the rules read in each article."""
        made = extract_articles(self.extractor, self._seeds, articles, self._workers)
        for done, extraction in enumerate(made, start=1):
            yield extraction
            if progress:
                progress(done, len(articles))

    def describe(self) -> str:
        """Returns nothing: every reading is alike."""
        return ""


class ModelReader:
    """A language model that points at words, which the extractor reads.

    An article that the model was not asked about or did not answer is left to the rules in a hybrid, and has no
    claims otherwise; both are made good by the next run.

    Args:
        rules: What reads with rules.
        endpoint: The model.
        answers: The folder that keeps its answers.
        hybrid: Whether only what the rules are unsure of is asked about.
        seeds: The folder of seeds.
    """

    def __init__(
        self, rules: RuleReader, endpoint: Endpoint, answers: Path, *, hybrid: bool, seeds: Path = SEEDS
    ) -> None:
        actions = read_seed("actions", seeds)
        self._actions = dict(zip(actions["action"], actions["definition"], strict=True))
        self._rules, self._endpoint, self._answers, self._hybrid = rules, endpoint, answers, hybrid
        asked = make_prompt({}, self._actions, endpoint.model).key
        kind = hashlib.sha256(f"{asked} {hybrid}".encode()).hexdigest()[:8]
        self.version = f"{rules.version}+{kind}"
        self._said: Counter[str] = Counter()

    def read(self, articles: Sequence[Article], progress: Progress | None = None) -> Iterator[Extraction]:
        """Returns what the model, or the rules, read in each article."""
        from pipeline.llm.client import ask

        self._said = Counter()
        ruled = list(self._rules.read(articles)) if self._hybrid else [Extraction([], []) for _ in articles]
        asked = [at for at, (a, x) in enumerate(zip(articles, ruled, strict=True)) if self._is_asked(a, x)]
        prompts = [make_prompt(articles[at], self._actions, self._endpoint.model) for at in asked]
        told = (lambda done: progress(len(articles) - len(asked) + done, len(articles))) if progress else None
        replies = dict(zip(asked, ask(self._endpoint, prompts, Answers(self._answers), told), strict=True))
        self._said["read"] = len(articles)
        for at, (article, by_rules) in enumerate(zip(articles, ruled, strict=True)):
            yield self._take(article, by_rules, replies[at]) if at in replies else by_rules

    def describe(self) -> str:
        """Returns what was asked, what it cost, and what of the answers was left out."""
        said = self._said
        left = ", ".join(f"{said[name]} {name}" for name in sorted(said) if name.startswith("dropped"))
        return (
            f"{self._endpoint.model}: {said['asked']} of {said['read']} articles asked about, {said['kept']} answers "
            f"kept from before, {said['failed']} without an answer, {said['tokens']:,} tokens"
            + (f"; not in the article and left out: {left}" if left else "")
        )

    def _is_asked(self, article: Article, by_rules: Extraction) -> bool:
        """Whether the model is asked: always, or in a hybrid where the rules found nothing for sure."""
        if article["language"] not in self._rules.extractor.languages:
            return False
        if not self._hybrid:
            return True
        if not by_rules.claims:
            return bool(self._rules.extractor.is_relevant(article["text"], article["language"]))
        return bool(min(claim["confidence"] for claim in by_rules.claims) < UNSURE_BELOW)

    def _take(self, article: Article, by_rules: Extraction, reply: "Reply") -> Extraction:
        """Returns the claims of an answer; what the rules read, to be asked again, where there is none."""
        self._said["asked"] += 1
        self._said["kept"] += reply.kept
        self._said["tokens"] += reply.tokens
        if reply.content is None:
            self._said["failed"] += 1
            return by_rules._replace(complete=False, error=by_rules.error or (None if self._hybrid else reply.problem))
        try:
            statements, odd = parse_answer(reply.content)
        except AnswerError as error:
            self._said["failed"] += 1
            return by_rules._replace(error=by_rules.error or (None if self._hybrid else str(error)))
        try:
            claims, evidence, dropped = self._rules.extractor.extract_quoted(
                article, statements, self._endpoint.model, self.version
            )
        except Exception as error:  # as for rules: no article, and no answer, stops the others
            return by_rules._replace(error=by_rules.error or f"{type(error).__name__}: {error}"[:500])
        self._said["dropped statements"] += odd
        for name, count in dropped.items():
            self._said[f"dropped {name}s"] += count
        guard_rows(claims, evidence)
        return Extraction(claims, evidence)


def make_reader(
    kind: Kind,
    seeds: Path = SEEDS,
    workers: int | None = None,
    endpoint: Endpoint | None = None,
    answers: Path | None = None,
) -> Reader:
    """Returns a reader.

    Args:
        kind: Rules, a language model, or both.
        seeds: The folder of seeds.
        workers: Processes of the rules.
        endpoint: How the model is reached; needed by all but rules.
        answers: The folder that keeps its answers; needed by all but rules.

    Raises:
        ContractError: If something that the kind needs is missing; says what to do.
    """
    rules = RuleReader(seeds, workers)
    if kind == "rules":
        return rules
    if endpoint is None or not endpoint.url or not endpoint.model or answers is None:
        raise ContractError(f"the reader {kind} needs the endpoint's address and the model's name: give both")
    if importlib.util.find_spec("openai") is None:
        raise ContractError(f"the reader {kind} needs the package openai: pip install '.[llm]'")
    return ModelReader(rules, endpoint, answers, hybrid=kind == "hybrid", seeds=seeds)
