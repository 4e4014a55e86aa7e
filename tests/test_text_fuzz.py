"""Mutated texts go through the whole path, from intake to the pages that go back, and stop nobody; see text_fuzz."""

from __future__ import annotations

import random
from pathlib import Path

import text_fuzz

SEED = 20  # another one with `python tests/text_fuzz.py --seed`


def test_no_text_stops_a_class(assignment, tmp_path: Path):
    """Each submission has a report, no step blames the grader, and the honest one is graded as if alone."""
    figures = text_fuzz.run(random.Random(SEED), assignment, tmp_path, size=6, pages=True, weak=False)

    assert set(figures.exit_codes) <= {0, 1}
    assert figures.submissions == 7
    assert (figures.faults, figures.unlike) == ((), ())
    assert figures.pages == 7 * (len(assignment.notebooks) + len(assignment.sheets))
