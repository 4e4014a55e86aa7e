"""How long does word2vec of Part II train? The notebook's whole workload, the dense way, and gensim beside it.

    python bench/word2vec_training.py [--quick]

All three run on one core, and the other two run before and after the workload. The ratios say how many times as fast as
the other one the kit is, in processor time, which other programs on the machine disturb less than wall time.

An iteration of the kit is 50 center words, each with all pairs of its window. gensim walks through the text, with the
same windows (1 to 5 words to each side, each equally likely), so that 50 of its center words have as many pairs: that
is its iteration. Both draw 10 negatives for a pair, keep 10 numbers in a vector, and drop no frequent word. gensim is
compiled C; the kit calls a student's Python functions once for each center word and once for each pair.
"""

from __future__ import annotations

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # one core

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from notebook_code import arguments_in, solved

COMPARED = 200  # iterations of the dense way, and of the kit, whose vectors are compared; about 15 s
QUICK_COMPARED, QUICK_WORKLOAD = 40, 2_000
GENSIM_EPOCHS = 4


@dataclass(frozen=True)
class Measured:
    """So many iterations, with their wall and processor time; and the vectors, where they are compared."""

    iterations: float
    wall_s: float
    core_s: float
    vectors: np.ndarray | None = None

    @property
    def core_ms(self) -> float:
        """Processor time of one iteration."""
        return 1000 * self.core_s / self.iterations


def kit(arguments: tuple, keywords: dict[str, Any]) -> Measured:
    """Train with the kit; what it tries beforehand counts."""
    from hw4kit.word2vec_training import train_word2vec

    wall_s, core_s = time.perf_counter(), time.process_time()
    run = train_word2vec(*arguments, **keywords)
    wall_s, core_s = time.perf_counter() - wall_s, time.process_time() - core_s
    return Measured(len(run.losses), wall_s, core_s, np.stack([run.inputs, run.outputs]))


def gensim(dataset: Any, batch: int) -> Measured | None:
    """Train with gensim's skip-gram; None, with a line that says so, where it is not installed."""
    try:
        from gensim.models import Word2Vec
    except ImportError:
        print("gensim is not installed: its column stays empty. To fill it: pip install '.[bench]'")
        return None
    model = Word2Vec(
        vector_size=10, window=5, negative=10, sg=1, hs=0, sample=0, min_count=1, ns_exponent=0.75, workers=1, seed=1
    )  # fmt: skip
    model.build_vocab(dataset.sentences)
    wall_s, core_s = time.perf_counter(), time.process_time()
    model.train(dataset.sentences, total_examples=len(dataset.sentences), epochs=GENSIM_EPOCHS)
    wall_s, core_s = time.perf_counter() - wall_s, time.process_time() - core_s
    return Measured(GENSIM_EPOCHS * int(dataset.counts.sum()) / batch, wall_s, core_s)


def together(runs: list[Measured | None]) -> Measured | None:
    """Return runs of one kind as one; None if there are none."""
    there = [run for run in runs if run is not None]
    if not there:
        return None
    return Measured(*(sum(getattr(run, name) for run in there) for name in ("iterations", "wall_s", "core_s")))


def main() -> None:
    """Measure, print the table and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Measure the word2vec training of Part II.")
    parser.add_argument("--quick", action="store_true", help="2,000 iterations; the workload is worked out from them")
    quick = parser.parse_args().quick
    names = solved("hw4_partII")
    from hw4kit.data import DataMissing, load_treebank

    try:
        names["dataset"] = dataset = load_treebank()
    except DataMissing as missing:
        raise SystemExit(f"Nothing is measured: {missing}") from None
    arguments, keywords = arguments_in("hw4_partII", "train_word2vec", "train_word2vec", names)
    del keywords["checkpoint"]
    workload = keywords["iterations"]
    compared = {**keywords, "iterations": QUICK_COMPARED if quick else COMPARED}
    batch = 50

    others: list[Callable[[], Measured | None]] = [
        lambda: kit(arguments, {**compared, "dense": True}), lambda: gensim(dataset, batch)
    ]  # fmt: skip
    before = [run() for run in others]
    ours = kit(arguments, {**keywords, "iterations": min(workload, QUICK_WORKLOAD)} if quick else keywords)
    after = [run() for run in others]
    sparse = kit(arguments, compared)
    dense, theirs = (together(list(pair)) for pair in zip(before, after, strict=True))

    print(f"\n{'':<24}{'iterations':>12}{'wall s':>9}{'core s':>9}{'core ms each':>14}")
    for name, run in (("the kit's training", ours), ("the dense way", dense), ("gensim", theirs)):
        if run is not None:
            print(f"{name:<24}{run.iterations:>12,.0f}{run.wall_s:>9.1f}{run.core_s:>9.1f}{run.core_ms:>14.3f}")
    difference = float(abs(sparse.vectors - before[0].vectors).max())
    print(f"Largest difference of a vector after {compared['iterations']} iterations, dense and not: {difference:.1e}.")
    minutes = ours.wall_s / 60 * workload / ours.iterations
    print(f"Whole workload, {workload:,} iterations: {minutes:.2f} minutes{' (worked out)' * quick}.")
    figures = {
        "workload_min": round(minutes, 2),
        "ratio_vs_dense": round(dense.core_ms / ours.core_ms, 1),
        "ratio_vs_gensim": round(theirs.core_ms / ours.core_ms, 4) if theirs else None,
        "core_min": round(ours.core_s * workload / ours.iterations / 60, 2),
        "iteration_core_ms": round(ours.core_ms, 3),
        "largest_difference": difference,
        "load": round(os.getloadavg()[0], 1),
        "quick": quick,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
