"""Where and how a language model is asked.

What belongs here: the settings, which need none of the libraries that ask. What does not: asking (client.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Endpoint:
    """Where and how to ask.

    Attributes:
        url: Base address, up to and with its version: `http://127.0.0.1:8000/v1`.
        model: The model's name.
        key: The secret, if the endpoint wants one.
        tokens: The budget of a run: nothing more is asked when the questions and answers of the run may exceed it.
        at_once: Questions under way at the same time.
        seconds: How long one answer may take.
        retries: How often a question is asked again after an error that may pass.
    """

    url: str
    model: str
    key: str = ""
    tokens: int = 1_000_000
    at_once: int = 4
    seconds: float = 120.0
    retries: int = 4
