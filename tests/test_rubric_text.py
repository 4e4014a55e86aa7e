"""Mark schemes as they are written: what they mean, what is refused, and that they can be written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rubric import rubrics

from autograder.course.rubric_text import read, write
from autograder.model.errors import ConfigError
from autograder.model.rubric import Kind

FULL = """- **3** [formula] for the result,
  in any form
  - **1** for the vector. Accept: $a;b$; the transpose (if stated; once).
  - **2** for the factor
    Accept: a name for it,
    used before; "x; y"
  - Refuse:
    - another vector; no vector
    - `a; b`
- **1.5** for the steps

  ```
  - **2** of code
  ```

- **-1** [sign] once for a wrong sign
- **at most 0.5** if it is copied
  - Accept: a quotation

Accept: steps in a PDF.
Refuse: steps that begin with the result.

Read the first three sentences
only."""


def test_a_full_scheme_is_read():
    """Points, parts, verdicts under their point, deduction, cap, notes, and the tags of the formula check."""
    result, steps, sign, copied = (rubric := read("grad", 4.5, FULL)).criteria
    vector, factor = result.parts

    assert [row.id for row in rubric.rows] == ["1.1", "1.2", "2", "3", "4"]
    assert (result.points, result.text, result.by_formula) == (3, "for the result,\nin any form", True)
    assert result.refuse == ("another vector", "no vector", "`a; b`")
    assert (vector.text, vector.accept) == ("for the vector.", ("$a;b$", "the transpose (if stated; once)"))
    assert factor.accept == ("a name for it, used before", '"x; y"')
    assert (steps.points, steps.text) == (1.5, "for the steps\n\n```\n- **2** of code\n```")
    assert (sign.kind, sign.points, sign.by_formula) == (Kind.DEDUCTION, 1, True)
    assert (copied.kind, copied.points, copied.accept) == (Kind.CAP, 0.5, ("a quotation",))
    assert rubric.notes == (
        "Accept: steps in a PDF.",
        "Refuse: steps that begin with the result.",
        "Read the first three sentences\nonly.",
    )


def test_a_scheme_is_written_as_it_is_read():
    """Rubrics are edited as text."""
    rubric = read("grad", 4.5, FULL)

    assert read("grad", 4.5, write(rubric)) == rubric
    assert write(read("grad", 4.5, write(rubric))) == write(rubric)


@given(rubrics())
def test_every_rubric_in_order_can_be_written_and_read(rubric):
    """Ids of a rubric that never changed are given by its order."""
    again = read(rubric.item, rubric.most, write(rubric))

    assert [(row.kind, row.points, row.text) for row in again.rows] == [
        (row.kind, row.points, row.text) for row in rubric.rows
    ]


@pytest.mark.parametrize(
    "scheme",
    [
        "- **2** for a\n  - **1** for b\n  - **1** for c",
        "* **2** for a\n    * **1** for b\n    * **1** for c",
        "- **2** for a\n\t- **1** for b\n\t- **1** for c",
        "  - **2** for a\n      - **1** for b\n     - **1** for c",
        "- **2** for a\n\n   - **1** for b\n\n   - **1** for c\n",
        "1. __2 points__: for a\n   - **1 pt** for b\n   - **1:** for c",
        "- 2 points: for a\n  - 1 point: for b\n  - 1 point: for c",
        "- **2** for a\r\n  - **1** for b\r\n  - **1** for c\r\n",
    ],
)
def test_clear_meanings_are_read(scheme):
    """Tabs, other bullets, other indentation, and points in words."""
    (whole,) = read("item", 2, scheme).criteria

    assert (whole.points, whole.text) == (2, "for a")
    assert [(part.points, part.text) for part in whole.parts] == [(1, "for b"), (1, "for c")]


@pytest.mark.parametrize("written", ["**-1**", "**−1**", "**minus 1**", "**deduct 1**", "**-1 point:**", "-1 point:"])
def test_a_deduction_has_plain_spellings(written):
    """A minus sign of any kind, or a word."""
    deduction = read("item", 2, f"- **2** for a\n- {written} for a slip").criteria[1]

    assert (deduction.kind, deduction.points, deduction.text) == (Kind.DEDUCTION, 1, "for a slip")


def test_a_scheme_of_text_only_has_notes_only():
    """Old schemes in notebooks: a person then gives the points."""
    rubric = read("item", 2, "One point for each cluster.\nRefuse guesses.")

    assert (rubric.criteria, rubric.notes) == ((), ("One point for each cluster.", "Refuse guesses."))
    assert read("item", 2, "").notes == ()


@pytest.mark.parametrize(
    ("scheme", "line", "told"),
    [
        ("- **1** for a", 1, "sum to 1, but the item has 2"),
        ("- **2** for a\n- **1** for b", 1, "sum to 3, but the item has 2"),
        ("- **2** for a\n  - **1** for b", 1, "has parts that sum to 1, but is itself worth 2"),
        ("- **0.67** for a\n- **0.67** for b\n- **0.67** for c", 1, "sum to 2.01"),
        ("- **2** for a\n- for b", 2, "no points that can be read"),
        ("- **2** for a\n  - for b", 2, "no points that can be read"),
        ("- **two** for a", 1, "no points that can be read"),
        ("- 2 for a", 1, "no points that can be read"),
        ("- **1,5** for a\n- **0.5** for b", 1, "no points that can be read"),
        ("- **1e9** for a", 1, "no points that can be read"),
        ("- **99999** for a", 1, "no points that can be read"),
        ("- **٢** for a", 1, "no points that can be read"),
        ("- **2**for a\n- **-at most 1** b", 2, "no points that can be read"),
        ("-\n- **2** for a", 1, "no points that can be read"),
        ("\n- **2** for a\n**1** for b", 3, "outside a bullet"),
        ("- **2** for a\n\n**-1** for b", 3, "outside a bullet"),
        ("- **2** for a\n- **0** for b", 2, "worth 0 points"),
        ("- **2** for a\n- **-0** for b", 2, "worth 0 points"),
        ("- **2**", 1, "says no reason"),
        ("- **2** [formula]", 1, "says no reason"),
        ("- **2** for a\n- **-3** for b", 2, "takes off more than the 2 points"),
        ("- **2** for a\n- **at most 2** if b", 2, "limits nothing"),
        ("- **2** for a\n- **at most 5** if b", 2, "limits nothing"),
        ("- **2** for a\n  - **-1** for b", 2, "begin it at the margin"),
        ("- **2** for a\n  - **at most 1** if b", 2, "begin it at the margin"),
        ("- **2** for a\n  - **2** for b\n    - **2** for c", 3, "nested too deep"),
        ("- **2** for a\n- **-1** for b\n  - **1** for c", 3, "nested too deep"),
        ("- **1** for a\n- **1** For  a.", 1, "two that say"),
        ("  Accept: x\n- **2** for a", 1, "under nothing"),
        ("Accept: x\n- **2** for a", 1, "before a point"),
        ("- **1** for a\n\nAccept: x\n\n- **1** for b", 3, "before a point"),
        ("- **2** for a\n\nSome text.\n\n  Refuse: x", 5, "under nothing"),
        ("- **2** for a [formula]\n- **-1** [formula] for b", 2, "wrong tag"),
        ("- **2** [sign] for a", 1, "wrong tag"),
        ("- **1** [formula] for a\n- **1** [formula] for b", 1, "several [formula]"),
        ("- **2** a [formula]\n- **-1** [sign] b\n- **-1** [sign] c", 1, "several [sign]"),
        ("- **2** a\n- **-1** [sign] b", 1, "[sign] only"),
        ("\n".join(f"- **0.1** for {number}" for number in range(20)) + "\n- **-1** for b", 1, "21 rows"),
        ("- **2** for a\n```\n- **2** for b\n```\n- **1** for c", 1, "sum to 3"),
    ],
)
def test_what_is_not_in_order_is_refused(scheme, line, told):
    """In one sentence: file, line, item, what is wrong, what to do."""
    with pytest.raises(ConfigError) as refusal:
        read("item", 2, scheme, place="sheet.md", first_line=11)

    assert str(refusal.value).startswith(f"sheet.md, line {line + 10}, mark scheme of item: ")
    assert told in str(refusal.value)


@given(st.text("-*+ 12.\n\t`$:;[]()AceptRfus"), st.sampled_from([1.0, 2.0, 3.5]))
def test_any_text_is_read_or_refused(text, most):
    """Never anything but a rubric that is in order, or the sentence."""
    try:
        rubric = read("item", most, text)
    except ConfigError:
        return
    assert (
        not rubric.criteria
        or rubric.score([entry.id for entry in rubric.criteria if entry.kind is Kind.POINTS]) == most
    )
