"""What the outcome of a test cell means: a verdict, the points, and the words for the student."""

import math

from ..model.assignment import TestCell
from ..model.errors import GraderFault, SubmissionError
from ..model.plain_text import one_line, points
from ..model.report import CheckResult, Verdict
from ..session.tested_notebook import TestOutcome

NAME = "test cell {id}"
WEIGHT = 1.0  # that of a pytest check without a weight of its own
MAX_SEEN = 1000  # characters; what was seen may hold text of the student's
# What the process that ran the cell may call an outcome; whatever else it says, the cell did not pass.
VERDICTS = {
    verdict.value: verdict
    for verdict in (Verdict.ERROR, Verdict.NOT_ATTEMPTED, Verdict.FORBIDDEN, Verdict.MEMORY, Verdict.TIMEOUT)
}


def result(test: TestCell, outcome: TestOutcome, fault: str = "") -> CheckResult:
    """Return the result of a test cell.

    Args:
        test: The cell.
        outcome: What came of it.
        fault: Why it grades nobody; "" where the instructor's own solution passes it.
    """
    name = NAME.format(id=test.id)
    if fault or isinstance(outcome.lost, GraderFault):
        return CheckResult(name, Verdict.GRADER_FAULT, WEIGHT, seen=one_line(fault or str(outcome.lost), MAX_SEEN))
    sentence, seen = one_line(outcome.sentence, MAX_SEEN), one_line(outcome.seen or outcome.refused, MAX_SEEN)
    if isinstance(outcome.lost, SubmissionError):
        return CheckResult(name, outcome.lost.verdict, WEIGHT, seen=one_line(str(outcome.lost), MAX_SEEN))
    if not outcome.ended:
        verdict = VERDICTS.get(outcome.hint, Verdict.FAILED)
        return CheckResult(name, verdict, WEIGHT, "" if verdict is Verdict.NOT_ATTEMPTED else sentence, seen)
    earned = test.points if outcome.points is None else outcome.points
    if not 0 <= earned <= test.points:
        return CheckResult(name, Verdict.GRADER_FAULT, WEIGHT, seen=f"The test cell gave {earned:g} points.")
    if math.isclose(earned, test.points):
        return CheckResult(name, Verdict.PASSED, WEIGHT)
    seen = seen or f"This test gave {points(earned)} of {points(test.points)} points."
    return CheckResult(name, Verdict.FAILED, WEIGHT, sentence, seen, share=earned / test.points or None)


def why_no_reference(test: TestCell, outcome: TestOutcome) -> str:
    """Return why a test cell does not pass with the instructor's own solution, in a sentence; "" where it passes."""
    found = result(test, outcome)
    if found.verdict is Verdict.PASSED:
        return ""
    why = found.seen.rstrip(".") or found.sentence.rstrip(".") or "it gives no reason"
    return (
        f"The test cell {test.id} of {test.notebook} does not pass with the instructor's own solution ({why}), so it "
        "grades nobody: correct the cell or the solution, then grade again."
    )
