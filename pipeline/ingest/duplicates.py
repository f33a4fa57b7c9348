"""Near-duplicates: texts that share nearly all of their word sequences.

What belongs here: which text repeats which. What does not: equal texts, which have one id (articles.py).

MinHash finds candidates and the shared shingles decide, so a pair is never marked by chance. A text is compared with
originals only: a chain of small changes does not join texts that differ. All hashes are sums and
products with fixed numbers, the same in every version of every library.
"""

from collections import deque
from collections.abc import MutableMapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.words import FACTOR, Hashes, batches, hash_words, number

THRESHOLD: Final = 0.8  # Jaccard similarity of shingle sets
#: How long a text is remembered: copies of agency reports appear within days, and what is older need not be held.
WINDOW: Final = timedelta(days=30)
#: Bands of a text. Sixteen of 4: a pair at 0.8 is met with probability .9998, at 0.5 with .64, at 0.3 with .12.
BANDS: Final = 16
_BAND_ROWS = 4
_LENGTH = 5  # words, or characters of scripts without spaces, in a shingle
_BLOCK = 32  # texts whose shingles are made at once: in half the time of one by one
_KEPT_BLOCKS = 512  # of 4 kB a text


def find_originals(
    texts: Sequence[str] | pl.Series,
    times: Sequence[datetime] | None = None,
    bands: Hashes | None = None,
    compared: MutableMapping[tuple[int, int], float] | None = None,
) -> list[int | None]:
    """Returns for each text the index of the earlier text that it nearly repeats, or None for originals.

    Only what is within the window is held in memory: its bands, and the shingles of a few thousand originals.

    Args:
        texts: Texts in the order in which they count as earlier. The first of several originals that a text nearly
            repeats is its original; originals repeat nothing.
        times: When each was published, ascending; what is older than the window is no original. Null: all are held.
        bands: What `sign` returned for them; null: they are signed here.
        compared: Similarities of pairs (later, earlier) that are known already; those that are found are added.
    """
    if bands is None:
        bands = sign(texts)
    known = {} if compared is None else compared

    shared = _find_shared(bands)

    rank = np.cumsum(shared) - 1
    compared_texts = np.flatnonzero(shared)

    @lru_cache(maxsize=_KEPT_BLOCKS)
    def shingles_of_block(block: int) -> list[Hashes]:
        return _shingle_sets([texts[at] for at in compared_texts[block * _BLOCK : (block + 1) * _BLOCK].tolist()])

    def shingles_of(index: int) -> Hashes:
        block, at = divmod(int(rank[index]), _BLOCK)
        return shingles_of_block(block)[at]

    def is_near(later: int, earlier: int) -> bool:
        if (later, earlier) not in known:
            known[later, earlier] = similarity(shingles_of(later), shingles_of(earlier))
        return known[later, earlier] >= THRESHOLD

    buckets: dict[int, list[int]] = {}
    held: deque[int] = deque()
    originals: list[int | None] = []
    for index in range(len(texts)):
        if not shared[index]:
            originals.append(None)
            continue
        while times is not None and held and times[index] - times[held[0]] > WINDOW:
            for band in bands[held.popleft()].tolist():
                _forget_first(buckets, band)
        own = bands[index].tolist()
        candidates = sorted({earlier for band in own for earlier in buckets.get(band, ())})
        original = next((earlier for earlier in candidates if is_near(index, earlier)), None)
        originals.append(original)
        if original is None:
            held.append(index)
            for band in own:
                buckets.setdefault(band, []).append(index)
    return originals


def _find_shared(bands: Hashes) -> npt.NDArray[np.bool_]:
    """Returns which texts have a band that another one has: the others, nearly all, need not be looked up."""
    _, at, counts = np.unique(bands, return_inverse=True, return_counts=True)
    return np.asarray((counts[at].reshape(bands.shape) > 1).any(axis=1))


def _forget_first(buckets: dict[int, list[int]], band: int) -> None:
    """Takes the oldest text out of a bucket; it stands first, since texts come by their time."""
    bucket = buckets[band]
    if len(bucket) == 1:
        del buckets[band]
    else:
        del bucket[0]


def sign(texts: Sequence[str] | pl.Series) -> Hashes:
    """Returns the bands of texts: a row for each, whose numbers two texts share where they may be near-duplicates."""
    signed = [_sign_batch(batch) for batch in batches(pl.Series(texts, dtype=pl.String))]
    return np.concatenate([np.empty((0, BANDS), dtype=np.uint64), *signed])


def _sign_batch(texts: Sequence[str]) -> Hashes:
    """Returns the bands of texts whose words are all hashed at once: what the processor's cache holds."""
    mixed, begins = _shingle(texts)
    small = (mixed >> np.uint64(32)).astype(np.uint32)
    signature = np.empty((BANDS * _BAND_ROWS, len(texts)), dtype=np.uint64)
    for row in range(BANDS * _BAND_ROWS):
        signature[row] = np.minimum.reduceat(small * _MULTIPLIERS[row] + _ADDENDS[row], begins)
    rows = signature.reshape(BANDS, _BAND_ROWS, len(texts))
    bands = np.repeat(np.arange(1, BANDS + 1, dtype=np.uint64)[:, None], len(texts), axis=1)
    for row in range(_BAND_ROWS):
        bands = bands * FACTOR + rows[:, row]
    return bands.T.copy()


def _shingle(texts: Sequence[str]) -> tuple[Hashes, npt.NDArray[np.intp]]:
    """Returns the hashes of the shingles of texts, one text after the other, and where each text's begin."""
    hashes, edges, *_ = hash_words(texts)
    first, lengths = edges[:-1], np.diff(edges)
    # A text shorter than a shingle is one shingle, which the words of the next text are kept out of.
    numbers = np.maximum(lengths - _LENGTH + 1, 1)
    begins = np.cumsum(numbers) - numbers
    at = np.repeat(first - begins, numbers) + np.arange(numbers.sum())
    padded = np.concatenate([hashes, np.zeros(_LENGTH, dtype=np.uint64)])
    left = np.repeat(first + lengths, numbers) - at
    mixed = np.zeros(len(at), dtype=np.uint64)
    for place in range(_LENGTH):
        mixed = mixed * FACTOR + np.where(left > place, padded[at + place], np.uint64(0))
    return mixed, begins


def shingles(text: str) -> Hashes:
    """Returns the sorted set of hashes of a text's shingles; a text shorter than a shingle is one, no words are none."""
    return _shingle_sets([text])[0]


def _shingle_sets(texts: Sequence[str]) -> list[Hashes]:
    """Returns the shingles of texts as sorted sets."""
    mixed, begins = _shingle(texts)
    sets = []
    for found in np.split(mixed, begins[1:]):
        found.sort()
        new = np.diff(found, prepend=np.uint64(0)) != 0  # drops 0 as well: a text without words
        sets.append(found[new])
    return sets


def similarity(one: Hashes, other: Hashes) -> float:
    """Returns the Jaccard similarity of two sorted sets."""
    if len(one) > len(other):
        one, other = other, one
    shared = int((other.take(other.searchsorted(one), mode="clip") == one).sum()) if len(other) else 0
    return shared / max(1, len(one) + len(other) - shared)


_MULTIPLIERS = np.array([number(f"times {i}") | 1 for i in range(BANDS * _BAND_ROWS)], dtype=np.uint64).astype(
    np.uint32
)
_ADDENDS = np.array([number(f"plus {i}") for i in range(BANDS * _BAND_ROWS)], dtype=np.uint64).astype(np.uint32)
