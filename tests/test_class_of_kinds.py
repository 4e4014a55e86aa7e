"""A class of which every second submission bends or stops something; see class_of_kinds."""

from __future__ import annotations

from pathlib import Path

import class_of_kinds
import pytest

pytestmark = pytest.mark.long

CLASS_SIZE = 40


@pytest.mark.usefixtures("own_zygotes")
def test_the_honest_half_is_graded_as_alone(assignment, tmp_path: Path):
    """Everybody else ends in a report, and the run in an exit code that says that a person should look."""
    tricks = (*class_of_kinds.TRICKS, *class_of_kinds.SOON_EXHAUSTED)
    figures = class_of_kinds.run(assignment, tmp_path, tricks)

    assert figures.submissions >= CLASS_SIZE
    assert figures.exit_code == 1
    assert figures.unlike == ()
    assert len(figures.verdicts) >= CLASS_SIZE // 2
    assert all("fault" not in outcome for outcome in figures.verdicts.values())
