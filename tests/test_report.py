"""Reports: the stored form is the one that readers rely on, and nothing is lost on the way."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.grader import score
from autograder.model.assignment import Item
from autograder.model.report import ONE_REASON, Awaiting, CheckResult, Finding, ItemResult, Report, Verdict

checks = st.builds(
    CheckResult,
    name=st.text(min_size=1, max_size=12),
    verdict=st.sampled_from(list(Verdict)),
    weight=st.sampled_from([0.5, 1.0, 2.0, 3.0]),
    sentence=st.text(max_size=30),
    seen=st.text(max_size=30),
    where=st.text(max_size=30),
    note=st.text(max_size=30),
)


@st.composite
def reports(draw):
    items = tuple(
        ItemResult(f"item_{n}", draw(st.none() | st.floats(0, 5)), 5.0, draw(st.sampled_from(list(Verdict))), chosen)
        for n, chosen in enumerate(draw(st.lists(st.lists(checks, max_size=3).map(tuple), max_size=4)))
    )
    return Report(
        draw(st.text(max_size=20)), items, (Awaiting("a", 4.0), Awaiting("b", 7.0, "wrong", draw(st.text()))),
        (Finding("info", draw(st.text())),), "seed", ("limits",), {"total": 1.5}, {"kit": "1.0.0"},
        draw(st.text(max_size=20)), "2026-05-09T23:59:00+00:00",
    )  # fmt: skip


@given(reports())
def test_what_is_stored_is_what_was_found_out(report):
    """JSON and back changes nothing."""
    assert Report.from_json(report.to_json()) == report


def test_the_stored_form_has_the_agreed_keys():
    """Scripts read these names, in this order."""
    item = ItemResult("leaky_relu", 3.0, 3.0, Verdict.PASSED, (CheckResult("c", Verdict.PASSED),))
    data = json.loads(Report("ada", (item,), (Awaiting("attacks", 4.0),)).to_json())

    assert list(data) == [
        "schema", "student", "refused", "total", "max", "items", "awaiting_person", "findings", "seed", "sandbox",
        "timings_s", "versions", "graded_at",
    ]  # fmt: skip
    assert data["items"][0] == {
        "id": "leaky_relu",
        "score": 3.0,
        "max": 3.0,
        "verdict": "passed",
        "checks": [
            {"name": "c", "verdict": "passed", "weight": 1.0, "sentence": "", "seen": "", "where": "", "note": ""}
        ],
    }
    assert data["awaiting_person"] == [{"id": "attacks", "max": 4.0}]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 3}', "null"])
def test_other_texts_are_not_reports(text):
    """A file of another kind is refused, not half read."""
    with pytest.raises(ValueError, match=r"."):
        Report.from_json(text)


ITEM = Item("skipgram", 6.0, "hw4_partII", "checks", "Skip-gram")


@given(st.lists(checks, min_size=1, max_size=6))
def test_points_exist_only_where_a_check_passed(results):
    """The score is the share of the weight that passed; a fault of ours leaves it open."""
    graded = score(ITEM, results)
    if any(check.verdict is Verdict.GRADER_FAULT for check in results):
        assert graded.score is None
        return
    passed = sum(check.weight for check in results if check.verdict is Verdict.PASSED)

    assert graded.score == pytest.approx(6 * passed / sum(check.weight for check in results), abs=0.00501)
    assert (graded.verdict is Verdict.PASSED) == (graded.score == 6.0)


def test_an_item_without_results_is_our_fault():
    """No check was run: nobody knows the score."""
    assert score(ITEM, []).score is None


def test_the_same_words_are_said_once():
    """Ten checks of a missing function are one line."""
    missing = [CheckResult(f"c{n}", Verdict.NOT_ATTEMPTED, 1, seen=f"words {n}") for n in range(10)]

    assert [check.message for check in score(ITEM, missing).checks] == ["words 0"]


def test_a_failed_check_says_where_to_look():
    """The pointer is the heading in the notebook."""
    graded = score(ITEM, [CheckResult("c", Verdict.FAILED, 1, "A true sentence.", "3")])

    assert graded.checks[0].message == 'A true sentence. Seen: 3. Look at "Skip-gram" in hw4_partII.'


@pytest.mark.parametrize("seen", ["for x = -1 it gave 0.5", "3 values, of shape (4, 2)", "nan where 1.2e-05 is right"])
def test_one_reason_is_said_once_whatever_its_numbers(seen):
    """Checks that see the same with other numbers have one reason; the sentences of all would only hide it."""
    other = re.sub(r"[0-9]", "7", seen).replace("nan", "-inf")
    lost = [
        CheckResult("a", Verdict.FAILED, 1, "One.", seen),
        CheckResult("b", Verdict.FAILED, 1, "Two.", other),
    ]

    (told,) = score(ITEM, lost).checks

    assert (told.sentence, told.seen) == (ONE_REASON, seen)


def test_different_reasons_stay_apart():
    """Another word is another reason."""
    lost = [CheckResult(word, Verdict.FAILED, 1, "A sentence.", f"{word} is 3") for word in ("the cost", "grad")]

    assert len(score(ITEM, lost).checks) == 2


OLD_CHECK = {"name": "c", "verdict": "failed", "weight": 1.0, "message": "A true sentence. Seen: 3."}


def old_report(check: dict, *findings: dict) -> str:
    """Return a report as version 1 stored it."""
    item = {"id": "skipgram", "score": 0.0, "max": 6.0, "verdict": check["verdict"], "checks": [check]}
    data = {"schema": 1, "student": "ada", "total": 0.0, "max": 6.0, "items": [item], "awaiting_person": []}
    return json.dumps(data | {"findings": findings, "seed": "s", "sandbox": [], "timings_s": {}, "versions": {}})


def test_a_report_of_the_schema_before_is_read():
    """Its message was one text."""
    (check,) = Report.from_json(old_report(OLD_CHECK)).items[0].checks

    assert (check.sentence, check.seen) == ("A true sentence.", "3.")


def test_what_was_refused_in_the_schema_before_stays_refused():
    """Untouched notebooks beside a damaged file are not refused, however much it looks like it."""
    error = {"level": "error", "text": "The zip cannot be opened."}
    nothing = {"name": "submission", "verdict": "not_attempted", "weight": 1.0, "message": error["text"]}

    assert Report.from_json(old_report(nothing, error)).refused == error["text"]
    assert Report.from_json(old_report(nothing | {"name": "all"}, error)).refused == ""
