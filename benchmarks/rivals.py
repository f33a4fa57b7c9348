"""What other packages take for the same work; run by `benchmarks.scale` in the environment `.venv/rivals`.

What belongs here: one function for each rival, as its documentation has it. What does not: anything of this project.
Reads a task as JSON from standard input, writes seconds of processor time and results to standard output.
"""

import gzip
import json
import re
import sys
import time
from typing import Any


def read_pages_newspaper(paths: list[str]) -> list[int]:
    """Returns the length of each page's text as newspaper4k finds it."""
    import newspaper

    lengths = []
    for path in paths:
        with gzip.open(path) as file:
            page = file.read().decode("utf-8", "replace")
        article = newspaper.Article("https://site.example/news", fetch_images=False)
        article.download(input_html=page)
        article.parse()
        lengths.append(len(article.text))
    return lengths


def find_duplicates_datasketch(texts: list[str]) -> list[bool]:
    """Returns which texts nearly repeat an earlier one: MinHash of 128 permutations, word 5-grams.

    With the bands that LSH chooses for 0.8 it finds five of six; with 32 of 4 it finds nearly all, as ours does.
    """
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(num_perm=128, params=(32, 4))
    originals: dict[int, Any] = {}
    found = []
    for number, text in enumerate(texts):
        words = re.findall(r"\w+", text.lower())
        shingles = {" ".join(words[at : at + 5]).encode() for at in range(max(1, len(words) - 4))}
        signature = MinHash(num_perm=128)
        signature.update_batch(shingles)
        near = [other for other in lsh.query(signature) if signature.jaccard(originals[other]) >= 0.8]
        found.append(bool(near))
        if not near:
            lsh.insert(number, signature)
            originals[number] = signature
    return found


def main() -> None:
    """Runs one task."""
    task = json.load(sys.stdin)
    work = {"newspaper4k": read_pages_newspaper, "datasketch": find_duplicates_datasketch}[task["rival"]]
    begun = time.process_time()
    result = work(task["input"])
    json.dump({"seconds": time.process_time() - begun, "result": result}, sys.stdout)


if __name__ == "__main__":
    main()
