"""What a student reads about a marked answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rubric import rubrics

from autograder.course.rubric_text import read
from autograder.marking.composed_comment import MOST_COMMENT, composed
from autograder.model.rubric import Rubric

SCHEME = """- **3** for the result,
  in any form
  - Accept: ACCEPTED.
- **1.5** for the steps
  - **1** for the start
    - Refuse: REFUSED.
  - **0.5** for the end
- **-1** once for a sign
- **at most 2** if it is copied

NOTED."""
RUBRIC = read("grad", 4.5, SCHEME)


def test_points_are_listed_with_what_was_earned_and_lost():
    """Parts under their point; of deductions and caps what applies; the adjustment with its reason; the comment."""
    text = composed(RUBRIC, {"1", "2.2", "3", "4"}, 0.5, reason="a good\npicture", comment="See $x$.\n\nAnd more.\n")

    assert text == (
        "- **3 of 3** for the result,\n"
        "  in any form\n"
        "- **0.5 of 1.5** for the steps\n"
        "  - **0 of 1** for the start\n"
        "  - **0.5 of 0.5** for the end\n"
        "- **-1** once for a sign\n"
        "- **at most 2** if it is copied\n"
        "- **+0.5** a good picture\n\n"
        "See $x$.\n\nAnd more."
    )


def test_a_full_mark_needs_few_words():
    """The points are not listed one by one."""
    assert composed(RUBRIC, {"1", "2"}) == "**4.5 of 4.5**: all points."
    assert composed(RUBRIC, {"1", "2.1", "2.2"}, comment="Fine.") == "**4.5 of 4.5**: all points.\n\nFine."
    assert "- **3 of 3**" in composed(RUBRIC, {"1", "2", "3"})


@pytest.mark.parametrize(
    ("adjustment", "reason", "comment", "text"),
    [
        (0, "", "", ""),
        (0, "left over", "Fine.", "Fine."),
        (-0.5, "too long", "", "**-0.5** too long"),
        (2, "", "Fine.", "**+2** adjusted by the marker\n\nFine."),
    ],
)
def test_the_points_can_be_hidden(adjustment, reason, comment, text):
    """Then, and where there is no scheme, the adjustment and the comment are all."""
    given = {"reason": reason, "comment": comment}

    assert composed(RUBRIC, {"1"}, adjustment, show_rubric=False, **given) == text
    assert composed(Rubric("item", 4), (), adjustment, **given) == text


@given(rubrics(), st.data())
def test_nothing_for_markers_is_shown(rubric, data):
    """Neither what to accept and refuse nor the notes, whatever is ticked."""
    for own in (RUBRIC, rubric):
        ticks = data.draw(st.sets(st.sampled_from([entry.id for entry in own.everything()])))
        text = composed(own, ticks)

        assert not any(word in text for word in ("ACCEPTED", "REFUSED", "NOTED", "Accept", "Refuse"))


def test_its_size_is_bounded():
    """A comment or a row that is far too long is cut, and leaves no code block open."""
    long = "word " * 10_000
    scheme = "".join(f"- **0.25** for {number}\n  ```\n  {long}\n  ```\n" for number in range(16))
    text = composed(read("item", 4, scheme), {"1"}, 1, reason=long, comment=f"```\n{long}")

    assert len(text) < 20 * 1_100 + MOST_COMMENT
    assert text.endswith(" [...]\n```")
    assert sum(line.strip().startswith("```") for line in text.split("\n")) % 2 == 0
