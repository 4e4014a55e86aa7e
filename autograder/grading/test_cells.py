"""What the outcome of a test cell means: a verdict, the points, and the words for the student."""

import math

from ..model.assignment import TestCell
from ..model.errors import GraderFault, SubmissionError
from ..model.plain_text import one_line, points
from ..model.report import CheckResult, Verdict
from ..session.tested_notebook import TestOutcome

WEIGHT = 1.0  # that of a pytest check without a weight of its own
MAX_SEEN = 1000  # characters; what was seen may hold text of the student's
# What the process that ran the cell may call an outcome; whatever else it says, the cell did not pass.
VERDICTS = {
    verdict.value: verdict
    for verdict in (Verdict.ERROR, Verdict.NOT_ATTEMPTED, Verdict.FORBIDDEN, Verdict.MEMORY, Verdict.TIMEOUT)
}


def name_of(test: TestCell) -> str:
    """Return what a test cell is called among the checks of its item."""
    return f"test cell {test.id}"


def result(test: TestCell, outcome: TestOutcome, fault: str = "", *, is_score: bool = False) -> CheckResult:
    """Return the result of a test cell.

    Args:
        test: The cell.
        outcome: What came of it.
        fault: Why it grades nobody; "" where the instructor's own solution passes it.
        is_score: Whether the instructor's own solution makes its last value a number, the points.
    """
    name = name_of(test)
    if fault or isinstance(outcome.lost, GraderFault):
        told = f"The test cell {test.id} of {test.notebook} grades nobody. {fault}" if fault else str(outcome.lost)
        return CheckResult(name, Verdict.GRADER_FAULT, WEIGHT, seen=one_line(told, MAX_SEEN))
    sentence, seen = one_line(outcome.sentence, MAX_SEEN), one_line(outcome.seen or outcome.refused, MAX_SEEN)
    if isinstance(outcome.lost, SubmissionError):
        told = one_line(str(outcome.lost), MAX_SEEN)
        return CheckResult(name, outcome.lost.verdict, WEIGHT, seen=f"{told[:1].upper()}{told[1:]}")
    if not outcome.ended:
        verdict = VERDICTS.get(outcome.hint, Verdict.FAILED)
        return CheckResult(name, verdict, WEIGHT, "" if verdict is Verdict.NOT_ATTEMPTED else sentence, seen)
    if is_score and not outcome.is_score:  # a value of the student's, where the points are to be
        return CheckResult(name, Verdict.FAILED, WEIGHT, sentence, seen or "The test came to no number of points.")
    earned = test.points if outcome.points is None else outcome.points
    if not 0 <= earned <= test.points:
        return CheckResult(name, Verdict.GRADER_FAULT, WEIGHT, seen=f"The test cell gave {earned:g} points.")
    if math.isclose(earned, test.points):
        return CheckResult(name, Verdict.PASSED, WEIGHT)
    if not (sentence or seen):
        seen = f"This test gave {points(earned)} of {points(test.points)} points."
    return CheckResult(name, Verdict.FAILED, WEIGHT, sentence, seen, share=earned / test.points or None)
