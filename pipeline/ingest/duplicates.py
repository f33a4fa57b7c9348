"""Near-duplicates: texts that share nearly all of their word sequences.

What belongs here: which text repeats which. What does not: equal texts, which have one id (articles.py).

MinHash finds candidates and the shared shingles decide, so a pair is never marked by chance. A text is compared with
originals only: a chain of small changes does not join texts that differ. All hashes are blake2b and fixed
multipliers, the same in every version of every library.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

THRESHOLD: Final = 0.8  # Jaccard similarity of shingle sets
_LENGTH = 5  # words, or characters of scripts without spaces, in a shingle
# 25 bands of 5: a pair at 0.8 is met with probability .99995, at 0.5 with .55, at 0.3 with .06.
_BANDS = 25
_BAND_ROWS = 5
_BLOCK = 4_096  # shingles hashed at once, so that a long text takes no more memory
_KEPT = 4_096  # shingle sets of originals held for comparison
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Thai to Han
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+")


def find_originals(texts: Sequence[str]) -> list[int | None]:
    """Returns for each text the index of the earlier text that it nearly repeats, or None for originals.

    Args:
        texts: Texts in the order in which they count as earlier. The first of several originals that a text nearly
            repeats is its original; originals repeat nothing.
    """

    @lru_cache(maxsize=_KEPT)
    def shingles_of(index: int) -> Hashes:
        return shingles(texts[index])

    buckets: dict[tuple[int, bytes], list[int]] = {}
    originals: list[int | None] = []
    for index, text in enumerate(texts):
        own = shingles(text)
        bands = list(_bands(own))
        candidates = sorted({earlier for band in bands for earlier in buckets.get(band, ())})
        original = next((c for c in candidates if similarity(own, shingles_of(c)) >= THRESHOLD), None)
        originals.append(original)
        if original is None:
            for band in bands:
                buckets.setdefault(band, []).append(index)
    return originals


def shingles(text: str) -> Hashes:
    """Returns the sorted set of hashes of a text's shingles; a text shorter than a shingle is one shingle."""
    words = _WORD.findall(text.casefold())
    hashes = np.fromiter((_hash(word) for word in words), dtype=np.uint64, count=len(words))
    length = max(1, min(_LENGTH, len(hashes)))
    mixed = np.zeros(len(hashes) - length + 1, dtype=np.uint64)
    for place in range(length):
        mixed = mixed * _FACTOR + hashes[place : len(hashes) - length + 1 + place]
    return np.unique(mixed)


def similarity(one: Hashes, other: Hashes) -> float:
    """Returns the Jaccard similarity of two sorted sets."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / max(1, len(one) + len(other) - shared)


def _bands(own: Hashes) -> Iterator[tuple[int, bytes]]:
    """Yields the bands of a text's MinHash signature."""
    signature = np.full(_BANDS * _BAND_ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for begin in range(0, len(own), _BLOCK):
        block = own[begin : begin + _BLOCK, None] * _MULTIPLIERS + _ADDENDS
        signature = np.minimum(signature, (block >> np.uint64(32)).min(axis=0))
    for band in range(_BANDS):
        yield band, signature[band * _BAND_ROWS : (band + 1) * _BAND_ROWS].tobytes()


@lru_cache(maxsize=200_000)
def _hash(word: str) -> int:
    """Returns 64 bits that stand for a word."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


_FACTOR = np.uint64(_hash("factor") | 1)
_MULTIPLIERS: Hashes = np.array([_hash(f"times {i}") | 1 for i in range(_BANDS * _BAND_ROWS)], dtype=np.uint64)
_ADDENDS: Hashes = np.array([_hash(f"plus {i}") for i in range(_BANDS * _BAND_ROWS)], dtype=np.uint64)
