"""Answers that were given: kept by what was asked, so that nothing is asked twice.

What belongs here: one file per answer, below the data folder. What does not: asking (client.py). An answer is an
input like an article: a release can be built again only from the answers that it was built from.
"""

import json
from pathlib import Path

from pipeline.store import write_atomically


class Answers:
    """A folder of answers.

    Args:
        folder: Where they are kept; made when the first one is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> str | None:
        """Returns the answer to a prompt, None where it was never asked or the file is damaged."""
        try:
            kept = json.loads(self._path(key).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        content = kept.get("content") if isinstance(kept, dict) and kept.get("key") == key else None
        return content if isinstance(content, str) else None

    def put(self, key: str, model: str, content: str) -> None:
        """Keeps the answer to a prompt."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {"key": key, "model": model, "content": content}
        write_atomically(path, json.dumps(kept, ensure_ascii=False, indent=1).encode())

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
