"""Texts to their strongest words, by TF-IDF.

What belongs here: which words of a text are strong among texts of its language. What does not: what a word is
(pipeline/words.py), and what is made of strong words (stories.py).

All weights are whole numbers, so that sums of them are the same on every machine. Time and memory grow with the
length of the texts and no faster.
"""

from collections.abc import Sequence
from math import log
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.words import FACTOR, batches, hash_words

#: Strongest words kept of a text. On development gold 60 to 150 do as well; more take more memory.
TERMS: Final = 100
#: The length of a text's vector of weights.
UNIT: Final = 1024

_BUCKETS: Final = (
    22  # bits of a word's number (the hashing trick): of a million words a fifth share theirs with a rare one
)
_MOST: Final = 255  # how often a word is counted at most
_SCALE: Final = 256  # of logarithms
_TEXTS: Final = 4096  # texts weighed at once: 12 of a key's 64 bits, beside 30 of the weight and 22 of the word
_HEAVIEST: Final = np.uint64(2**30 - 1)

Numbers = npt.NDArray[np.int32]


class Weighed(NamedTuple):
    """The strongest words of each text, the strongest first.

    Attributes:
        words: A row of numbers of words for each text, 0 where there are no more.
        weights: Their weights, to a length of `UNIT`.
        vocabulary: How many numbers of words there are; the largest.
    """

    words: Numbers
    weights: Numbers
    vocabulary: int


class _Counted(NamedTuple):
    """How often each word stands in each of some texts: words by text, counts, and the number of words of each text."""

    words: npt.NDArray[np.uint32]
    times: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.intp]


def weigh_words(texts: pl.Series) -> Weighed:
    """Returns each text's strongest words. Words of one text only, or of all, say nothing and are left out."""
    counted = _join([_count_words(batch) for batch in batches(texts)])
    parts = _parts(counted.lengths)
    shared = np.zeros(1 << _BUCKETS, dtype=np.intp)
    for _, at in parts:
        shared += np.bincount(counted.words[at], minlength=len(shared))
    often = [0, *(round(_SCALE * (1 + log(n))) for n in range(1, _MOST + 1))]
    rare = [round(_SCALE * log(len(texts) / n)) if n > 1 else 0 for n in range(int(shared.max()) + 1)]
    often_of, rare_of = np.array(often), np.array(rare)
    words = np.zeros((len(texts), TERMS), dtype=np.int32)
    weights = np.zeros((len(texts), TERMS), dtype=np.int32)
    for rows, at in parts:
        heavy = often_of[counted.times[at]] * rare_of[shared[counted.words[at]]]
        _keep_strongest(counted.words[at], heavy, counted.lengths[rows], words[rows], weights[rows])
    numbers = np.zeros(1 << _BUCKETS, dtype=np.int32)
    numbers[words[weights > 0]] = 1
    np.cumsum(numbers, out=numbers)
    return Weighed(np.where(weights > 0, numbers[words], 0), weights, int(numbers[-1]))


def _count_words(texts: Sequence[str]) -> _Counted:
    """Returns how often each word stands in texts; of scripts without spaces, each pair of characters."""
    found = hash_words(texts)
    following = np.append(found.hashes[1:], np.uint64(0))
    hashes = np.where(found.is_joined, found.hashes * FACTOR + following, found.hashes)
    owners = np.repeat(np.arange(len(texts), dtype=np.uint64), np.diff(found.edges))
    keys = (owners << np.uint64(_BUCKETS)) | (hashes >> np.uint64(64 - _BUCKETS))
    keys = np.sort(keys[~found.is_character | found.is_joined])
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
    counts = np.minimum(np.diff(np.append(first, len(keys))), _MOST).astype(np.uint8)
    words = (keys[first] & np.uint64((1 << _BUCKETS) - 1)).astype(np.uint32)
    owner = (keys[first] >> np.uint64(_BUCKETS)).astype(np.intp)
    return _Counted(words, counts, np.bincount(owner, minlength=len(texts)))


def _join(parts: Sequence[_Counted]) -> _Counted:
    none = _Counted(np.empty(0, np.uint32), np.empty(0, np.uint8), np.empty(0, np.intp))
    return _Counted(*(np.concatenate(column) for column in zip(none, *parts, strict=True)))


def _parts(lengths: npt.NDArray[np.intp]) -> list[tuple[slice, slice]]:
    """Returns the rows of some thousand texts each, and where their words stand."""
    edges = np.append(0, np.cumsum(lengths)).tolist()
    rows = [(begin, min(begin + _TEXTS, len(lengths))) for begin in range(0, len(lengths), _TEXTS)]
    return [(slice(begin, end), slice(edges[begin], edges[end])) for begin, end in rows]


def _keep_strongest(
    words: npt.NDArray[np.uint32],
    heavy: npt.NDArray[np.intp],
    lengths: npt.NDArray[np.intp],
    kept: Numbers,
    weights: Numbers,
) -> None:
    """Writes the strongest words of texts, of equals the one with the lower number, and their weights."""
    owners = np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
    keys = (owners << np.uint64(52)) | ((_HEAVIEST - heavy.astype(np.uint64)) << np.uint64(22)) | words
    keys = np.sort(keys[heavy > 0])
    owner = (keys >> np.uint64(52)).astype(np.intp)
    numbers = np.bincount(owner, minlength=len(lengths))
    place = np.arange(len(keys)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    strong = place < TERMS
    at = (owner[strong], place[strong])
    kept[at] = keys[strong] & np.uint64((1 << _BUCKETS) - 1)
    found = np.zeros(kept.shape)
    found[at] = _HEAVIEST - ((keys[strong] >> np.uint64(22)) & _HEAVIEST)
    length = np.sqrt((found**2).sum(axis=1, keepdims=True))
    weights[:] = np.rint(found * UNIT / np.maximum(length, 1))
