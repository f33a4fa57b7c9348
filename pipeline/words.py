"""Words of many texts at once, as numbers: the same in every process and version.

What belongs here: what a word is in UTF-8, and its hash. What does not: what is made of words (near-duplicates in
pipeline/ingest, stories in pipeline/resolve).

A word is a run of letters, digits and underscores in small letters, or one character of a script without spaces. No
word is looked at by itself: hashes are polynomials over bytes, taken from sums over all bytes of a batch.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Hashes = npt.NDArray[np.uint64]

_BATCH: Final = 250_000  # bytes whose words are hashed at once: what the processor's cache holds
# Thai to Han: scripts without spaces between words.
_UNSPACED_RANGES: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
)  # fmt: skip
_SEPARATOR, _LETTER, _INSIDE, _UNSPACED, _MARK_OF_TWO, _MARK_OF_THREE = range(6)


class Words(NamedTuple):
    """The words of some texts, one text after the other.

    Attributes:
        hashes: The hash of each word.
        edges: Where the words of each text begin; after the last text, where they end.
        is_character: Which words are single characters of scripts without spaces.
        is_joined: Which of these are followed by another such character without anything between.
    """

    hashes: Hashes
    edges: npt.NDArray[np.intp]
    is_character: npt.NDArray[np.bool_]
    is_joined: npt.NDArray[np.bool_]


def number(name: str) -> int:
    """Returns 64 bits that are always the same for a name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


#: Odd, so that products with it lose nothing modulo 2^64.
FACTOR: Final = np.uint64(number("factor") | 1)


def batches(texts: pl.Series) -> Iterator[list[str]]:
    """Yields texts in batches whose words are best hashed at once; a longer text is a batch of its own."""
    begin = 0
    ends = np.cumsum(texts.str.len_bytes().to_numpy())
    while begin < len(texts):
        before = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, before + _BATCH)))
        yield texts[begin:end].to_list()
        begin = end


def hash_words(texts: Sequence[str]) -> Words:
    """Returns the words of texts."""
    packed = [text.lower().encode() for text in texts]
    data = np.frombuffer(b"\n".join(packed) + b"\n\0\0\0", dtype=np.uint8)
    kinds = _KINDS[(data[:-1].astype(np.uint16) << np.uint16(8)) | data[1:]]
    for kind, following in ((_MARK_OF_TWO, 1), (_MARK_OF_THREE, 2)):
        marks = np.flatnonzero(kinds == kind)
        for step in range(following + 1):
            kinds[marks + step] = _SEPARATOR
    characters = np.flatnonzero(kinds == _UNSPACED)
    kinds[characters + 1] = kinds[characters + 2] = _INSIDE
    turns = np.flatnonzero(np.diff(kinds == _LETTER, prepend=False, append=False))
    starts = np.concatenate([turns[::2], characters])
    ends = np.concatenate([turns[1::2], characters + 3])
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], ends[order]
    powers, inverses = _powers(max(2 * _BATCH, 1 << len(data).bit_length()))
    sums = np.concatenate(
        [np.zeros(1, dtype=np.uint64), np.cumsum((data.astype(np.uint64) + np.uint64(1)) * powers[: len(data)])]
    )
    hashes = (sums[ends] - sums[starts]) * inverses[starts]
    hashes ^= hashes >> np.uint64(29)
    is_character = order >= len(turns) // 2
    is_joined = np.zeros(len(order), dtype=np.bool_)
    is_joined[:-1] = is_character[:-1] & is_character[1:] & (ends[:-1] == starts[1:])
    edges = np.searchsorted(starts, np.cumsum([0, *(len(text) + 1 for text in packed)]))
    return Words(hashes * FACTOR, edges, is_character, is_joined)


@lru_cache(maxsize=4)
def _powers(length: int) -> tuple[Hashes, Hashes]:
    """Returns the powers of a factor and of its inverse modulo 2^64."""
    factor = int(FACTOR)
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
                kinds[lead, following] = _UNSPACED
    return kinds.ravel()


_KINDS: Final = _make_kinds()
