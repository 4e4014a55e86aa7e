"""Whatever arrives, a Submission or one sentence comes out, and nothing is written elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from fuzz_targets import take_in
from handed_in import ASSIGNMENT, BY_HAND, PART_1, PDF, PNG, handed_in, packed
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.handin import names, slots
from autograder.lms import canvas_names

HOSTILE_NAMES = st.sampled_from(
    [*handed_in(), *handed_in(folder=""), "../x", "/etc/x", "C:\\x", "hw4/hw4_partI.ipynb", "a.zip", "x/", "answers/"]
) | st.text(min_size=1, max_size=40)
CONTENTS = st.sampled_from([PART_1, PDF, PNG, b"", packed(BY_HAND), packed({"../a": b"x"})]) | st.binary(max_size=50)


FUZZ = settings(max_examples=int(os.environ.get("HW4_FUZZ", "60")), deadline=None)


@FUZZ
@given(st.dictionaries(HOSTILE_NAMES, CONTENTS, max_size=8), st.sampled_from(["bob_HW4.zip", "x_1_2_y.zip", "z.zip"]))
def test_any_zip_is_taken_in_or_refused(files: dict[str, bytes], name: str):
    take_in(name, packed({path.replace("\0", "0"): data for path, data in files.items()}))


@FUZZ
@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_name_of_a_zip_gives_a_safe_student(name: str):
    if name not in (".", "..") and len(name.encode()) < 200:
        take_in(f"{name}.zip", packed({"hw4_partI.ipynb": PART_1}))


@given(st.text())
def test_a_safe_id_is_valid_and_stays_as_it_is(name: str):
    student = names.safe_id(name)

    assert names.VALID_ID.fullmatch(student)
    assert names.safe_id(student) == student


@given(st.text(max_size=300))
def test_no_name_takes_long_to_understand(name: str):
    canvas_names.canvas_name(name)
    names.claimed_id(name, "hw4")
    slots.slot_of(name, "bob", ASSIGNMENT)
    names.is_generic(name, "hw4")


@pytest.mark.parametrize("unit", ["_", " ", "(1)", "-1", "copy", "a_", "hw4_", "part", ".zip", "1_", "Copy of ", "é"])
def test_no_pattern_backtracks_for_ever(unit: str):
    name = (unit * 500)[:500] + "!"
    for length in (100, 128, 200, 255, 500):
        for function in (
            canvas_names.canvas_name, lambda n: names.claimed_id(n, "hw4"),
            lambda n: slots.slot_of(n, "bob", ASSIGNMENT), lambda n: names.is_generic(n, "hw4"),
            lambda n: names.is_litter((), n),
        ):  # fmt: skip
            call: Callable[[str], object] = function
            call(name[:length])
