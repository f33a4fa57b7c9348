"""Near-duplicates: texts that share nearly all of their word sequences.

What belongs here: which text repeats which. What does not: equal texts, which have one id (articles.py).

MinHash finds candidates and the shared shingles decide, so a pair is never marked by chance. A text is compared with
originals only: a chain of small changes does not join texts that differ. All hashes are sums and
products with fixed numbers, the same in every version of every library.
"""

import hashlib
from collections import deque
from collections.abc import MutableMapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Hashes = npt.NDArray[np.uint64]

THRESHOLD: Final = 0.8  # Jaccard similarity of shingle sets
#: How long a text is remembered: copies of agency reports appear within days, and what is older need not be held.
WINDOW: Final = timedelta(days=30)
#: Bands of a text. Sixteen of 4: a pair at 0.8 is met with probability .9998, at 0.5 with .64, at 0.3 with .12.
BANDS: Final = 16
_BAND_ROWS = 4
_LENGTH = 5  # words, or characters of scripts without spaces, in a shingle
_BATCH = 250_000  # bytes whose words are hashed at once: what the processor's cache holds
_BLOCK = 32  # texts whose shingles are made at once: in half the time of one by one
_KEPT_BLOCKS = 512  # of 4 kB a text
# Thai to Han: scripts without spaces between words.
_UNSPACED_RANGES: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
)  # fmt: skip
_SEPARATOR, _LETTER, _INSIDE, _UNSPACED_KIND, _MARK_OF_TWO, _MARK_OF_THREE = range(6)


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
    series = pl.Series(texts, dtype=pl.String)
    batches = [np.empty((0, BANDS), dtype=np.uint64)]
    begin = 0
    ends = np.cumsum(series.str.len_bytes().to_numpy())
    while begin < len(series):
        before = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, before + _BATCH)))
        batches.append(_sign_batch(series[begin:end].to_list()))
        begin = end
    return np.concatenate(batches)


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
        bands = bands * _FACTOR + rows[:, row]
    return bands.T.copy()


def _shingle(texts: Sequence[str]) -> tuple[Hashes, npt.NDArray[np.intp]]:
    """Returns the hashes of the shingles of texts, one text after the other, and where each text's begin."""
    packed = [text.lower().encode() for text in texts]
    starts, hashes = _hash_words(np.frombuffer(b"\n".join(packed) + b"\n\0\0\0", dtype=np.uint8))
    offsets = np.cumsum([0, *(len(text) + 1 for text in packed)])
    edges = np.searchsorted(starts, offsets)
    first, lengths = edges[:-1], np.diff(edges)
    # A text shorter than a shingle is one shingle, which the words of the next text are kept out of.
    numbers = np.maximum(lengths - _LENGTH + 1, 1)
    begins = np.cumsum(numbers) - numbers
    at = np.repeat(first - begins, numbers) + np.arange(numbers.sum())
    padded = np.concatenate([hashes, np.zeros(_LENGTH, dtype=np.uint64)])
    left = np.repeat(first + lengths, numbers) - at
    mixed = np.zeros(len(at), dtype=np.uint64)
    for place in range(_LENGTH):
        mixed = mixed * _FACTOR + np.where(left > place, padded[at + place], np.uint64(0))
    return mixed, begins


def _hash_words(data: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.intp], Hashes]:
    """Returns where the words of UTF-8 begin, and their hashes; it ends in a separator and three bytes more.

    A hash is a polynomial over the word's bytes, taken from sums over all bytes: no word is looked at by itself.
    """
    kinds = _KINDS[(data[:-1].astype(np.uint16) << np.uint16(8)) | data[1:]]
    for kind, following in ((_MARK_OF_TWO, 1), (_MARK_OF_THREE, 2)):
        marks = np.flatnonzero(kinds == kind)
        for step in range(following + 1):
            kinds[marks + step] = _SEPARATOR
    ideographs = np.flatnonzero(kinds == _UNSPACED_KIND)
    kinds[ideographs + 1] = kinds[ideographs + 2] = _INSIDE
    is_word = kinds == _LETTER
    edges = np.flatnonzero(np.diff(is_word, prepend=False, append=False))
    starts = np.concatenate([edges[::2], ideographs])
    ends = np.concatenate([edges[1::2], ideographs + 3])
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], ends[order]
    powers, inverses = _powers(max(2 * _BATCH, 1 << len(data).bit_length()))
    sums = np.concatenate(
        [np.zeros(1, dtype=np.uint64), np.cumsum((data.astype(np.uint64) + np.uint64(1)) * powers[: len(data)])]
    )
    hashes = (sums[ends] - sums[starts]) * inverses[starts]
    hashes ^= hashes >> np.uint64(29)
    return starts, hashes * _FACTOR


@lru_cache(maxsize=4)
def _powers(length: int) -> tuple[Hashes, Hashes]:
    """Returns the powers of a factor and of its inverse modulo 2^64."""
    factor = int(_FACTOR)
    made = []
    for base in (factor, pow(factor, -1, 2**64)):
        powers = np.full(length, base, dtype=np.uint64)
        powers[0] = 1
        made.append(np.cumprod(powers))
    return made[0], made[1]


def _make_kinds() -> npt.NDArray[np.uint8]:
    """Returns what a byte of UTF-8 is, by it and the next one: part of a word, of a mark, or a letter that is a word."""
    kinds = np.full((256, 256), _LETTER, dtype=np.uint8)
    for byte in range(128):
        kinds[byte] = _LETTER if chr(byte).isalnum() or byte == ord("_") else _SEPARATOR
    kinds[0xC2] = _MARK_OF_TWO  # U+0080 to U+00BF
    for lead, seconds in ((0xE2, (0x80, 0x81)), (0xE3, (0x80,)), (0xEF, (0xBC,))):  # quotes, dashes, wide marks
        kinds[lead, list(seconds)] = _MARK_OF_THREE
    for begin, end in _UNSPACED_RANGES:
        for code in range(begin, end + 1, 64):
            lead, following = chr(code).encode()[:2]
            if kinds[lead, following] == _LETTER:
                kinds[lead, following] = _UNSPACED_KIND
    return kinds.ravel()


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


def _hash(name: str) -> int:
    """Returns 64 bits that are always the same for a name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


_FACTOR = np.uint64(_hash("factor") | 1)
_MULTIPLIERS = np.array([_hash(f"times {i}") | 1 for i in range(BANDS * _BAND_ROWS)], dtype=np.uint64).astype(np.uint32)
_ADDENDS = np.array([_hash(f"plus {i}") for i in range(BANDS * _BAND_ROWS)], dtype=np.uint64).astype(np.uint32)
_KINDS = _make_kinds()
