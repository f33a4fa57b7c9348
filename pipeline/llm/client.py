"""Asks an endpoint that speaks OpenAI's chat completions: many articles at once, within a budget.

What belongs here: the connection, retries, how many at once, the budget, and what became of each question. What does
not: the prompt (prompt.py). The client library is OpenAI's own: it retries with back-off, minds Retry-After, and every
server that calls itself compatible is tested against it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, NamedTuple

import httpx2
from openai import AsyncOpenAI, OpenAIError

from pipeline.llm.answers import Answers
from pipeline.llm.endpoint import Endpoint
from pipeline.llm.prompt import Prompt

#: Bytes of a response. 8,000 tokens of an answer are under 100 kB in any script; more is not an answer.
_MAX_BYTES: Final = 1_000_000


class Reply(NamedTuple):
    """What became of one question.

    Attributes:
        content: The answer, or None.
        problem: Why there is none, in words that a person can act on; None where there is one.
        kept: Whether the answer was there before.
        tokens: What it cost.
    """

    content: str | None
    problem: str | None
    kept: bool = False
    tokens: int = 0


def ask(
    endpoint: Endpoint, prompts: Sequence[Prompt], answers: Answers, progress: Callable[[int], None] | None = None
) -> list[Reply]:
    """Asks every question whose answer is not kept, and keeps the answers as they come.

    Args:
        endpoint: Where.
        prompts: The questions.
        answers: Where answers are kept.
        progress: Told how many are done.

    Returns:
        What became of each, in their order. An answer that is there is never asked for, whatever the budget.
    """
    return asyncio.run(_ask_all(endpoint, prompts, answers, progress))


async def _ask_all(
    endpoint: Endpoint, prompts: Sequence[Prompt], answers: Answers, progress: Callable[[int], None] | None
) -> list[Reply]:
    replies: list[Reply | None] = [None] * len(prompts)
    budget = _Budget(endpoint.tokens)
    left = iter(range(len(prompts)))
    done = 0
    timeout = httpx2.Timeout(endpoint.seconds, connect=min(10.0, endpoint.seconds))
    # A redirect would carry article and secret to somebody else; proxies of the environment would as well.
    transport = _CappedTransport(endpoint.seconds)
    async with (
        httpx2.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False) as http,
        AsyncOpenAI(
            base_url=endpoint.url, api_key=endpoint.key or "none", max_retries=endpoint.retries, timeout=timeout,
            http_client=http,
        ) as client,
    ):  # fmt: skip

        async def work() -> None:
            nonlocal done
            for number in left:
                replies[number] = await _ask_one(client, prompts[number], answers, budget)
                done += 1
                if progress:
                    progress(done)

        await asyncio.gather(*(work() for _ in range(max(1, endpoint.at_once))))
    return [reply for reply in replies if reply is not None]


async def _ask_one(client: AsyncOpenAI, prompt: Prompt, answers: Answers, budget: "_Budget") -> Reply:
    kept = answers.get(prompt.key)
    if kept is not None:
        return Reply(kept, None, kept=True)
    if not budget.reserve(prompt.size):
        return Reply(None, f"not asked: the budget of {budget.tokens:,} tokens is spent; run again, or raise it")
    try:
        made: Any = await client.chat.completions.create(**prompt.body)
        choice = made.choices[0]
        content, reason = choice.message.content, choice.finish_reason
    except (OpenAIError, httpx2.HTTPError) as error:
        budget.settle(prompt.size, 0)
        return Reply(None, f"the endpoint failed: {_words(error)}; run again when it works")
    except (AttributeError, IndexError, TypeError, ValueError, RecursionError) as error:
        budget.settle(prompt.size, prompt.size)
        return Reply(None, f"the endpoint's response is no chat completion ({type(error).__name__})")
    spent = _tokens(made, prompt)
    budget.settle(prompt.size, spent)
    if reason == "length":
        return Reply(None, "the answer was cut off: the article tells of too much for one answer", tokens=spent)
    if not isinstance(content, str) or not content.strip():
        return Reply(None, "the model gave no answer", tokens=spent)
    answers.put(prompt.key, prompt.body["model"], content)
    return Reply(content, None, tokens=spent)


def _tokens(made: Any, prompt: Prompt) -> int:
    """Returns what a completion cost: what the endpoint says, or the upper estimate where it says nothing sensible."""
    said = getattr(getattr(made, "usage", None), "total_tokens", None)
    return said if isinstance(said, int) and 0 < said <= prompt.size else prompt.size


def _words(error: Exception) -> str:
    """Returns an error in one short line; a server's own words are cut, they may be anything."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


class _Budget:
    """Tokens that a run may spend: reserved before a question, settled after it."""

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens
        self._left = tokens

    def reserve(self, size: int) -> bool:
        """Takes what a question may cost at most; False where that is not left."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def settle(self, size: int, spent: int) -> None:
        """Gives back what a question did not cost."""
        self._left += size - spent


class _CappedTransport(httpx2.AsyncHTTPTransport):
    """Ends a response that is too large, or that takes too long as a whole: a time-out alone counts pauses."""

    def __init__(self, seconds: float) -> None:
        super().__init__(trust_env=False)
        self._seconds = seconds

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request; its response's body is capped."""
        request.headers["Accept-Encoding"] = "identity"  # what is packed has no size until it is unpacked
        response = await super().handle_async_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            await response.aclose()
            raise httpx2.DecodingError("the response is packed, which was not asked for")
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _CappedStream(response.stream, time.monotonic() + self._seconds)
        return response


class _CappedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > _MAX_BYTES:
                raise httpx2.ReadError("the response is larger than any answer")
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout("the response takes too long")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
