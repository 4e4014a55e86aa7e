"""Do the check of a student and the grader find the same in a notebook?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.handin import cell_plan, notebook_file, run_complaints
from autograder.handin.asked import Asked
from autograder.handin.cell_outcomes import reportable
from autograder.handin.cell_plan import Plan
from autograder.handin.check import Run
from autograder.handin.fresh_run import Ran
from autograder.handin.problems import MUST
from autograder.model.report import ItemResult, Report, Verdict
from autograder.model.submission import Submission

PLACE = re.compile(r"(?:\w+: )?(?:Line (?P<line>\d+) of )?(?P<place>.+?) (?:could not run: |raised )(?P<error>\w+)")


@dataclass(frozen=True)
class Found:
    """What the check finds in a notebook."""

    plan: Plan
    ran: Ran


def found_in(submission: Submission, asked: Asked, fresh_run: Run) -> dict[str, Found]:
    """Return what the check finds in each notebook."""
    found = {}
    for name, data in submission.notebooks.items():
        plan = cell_plan.plan(asked.notebooks[name], notebook_file.read(data))
        found[name] = Found(plan, fresh_run(asked, name, plan.cells, submission.modules))
    return found


def not_run(found: dict[str, Found], asked: Asked) -> set[tuple[str, ...]]:
    """Return cell, line and error of what the check tells that does not run."""
    outcomes = [
        outcome
        for name, each in found.items()
        for outcome in reportable(asked.notebooks[name], each.ran.outcomes, each.plan.skipped_names)
    ]
    return {
        (out.cell.place.lower(), "" if not out.statement else str(out.line), re.split(r"\W", out.error)[0])
        for out in outcomes
    }


def not_run_in_the_grader(report: Report) -> set[tuple[str, ...]]:
    """Return the same of what the grader tells."""
    told = [match for finding in report.findings if (match := PLACE.match(finding.text))]
    error = {"Not": "NotImplementedError"}
    return {
        (
            match["place"].lower(),
            match["line"] or "",
            error.get(match["error"], match["error"]),
        )
        for match in told
    }


def lost(asked: Asked, found: dict[str, Found]) -> tuple[set[str], set[str]]:
    """Return the items whose functions are not there, and those whose functions are not written."""
    functions = [(name, item, function) for name in found for item, function in asked.notebooks[name].functions.items()]
    missing = {item for name, item, function in functions if function not in found[name].ran.defined}
    return missing, {item for name, item, function in functions if function in found[name].ran.unwritten}


def assert_agreement(report: Report, found: dict[str, Found], asked: Asked) -> None:
    """The same lines do not run, the same functions are missing or not written, and each `must` costs points."""
    items = {item for name in found for item in asked.notebooks[name].functions}
    results = [result for result in report.items if result.id in items]
    missing, unwritten = lost(asked, found)

    assert not_run(found, asked) == not_run_in_the_grader(report)
    assert missing == {result.id for result in results if _is_missing(result)}
    assert unwritten == {result.id for result in results if _is_unwritten(result)}
    musts = " ".join(text for name, each in found.items() for text in _musts(asked, name, each))
    functions = {item: function for each in asked.notebooks.values() for item, function in each.functions.items()}
    assert {item for item in missing | unwritten if functions[item] not in musts} == set()
    right = {result.id for result in results if result.verdict is Verdict.PASSED}
    assert {item for item in right if re.search(rf"\b{functions[item]}\b", musts)} == set(), musts


def _is_missing(result: ItemResult) -> bool:
    return " is not defined. " in result.reason or " defines no `" in result.reason


def _is_unwritten(result: ItemResult) -> bool:
    return result.verdict is Verdict.NOT_ATTEMPTED and not _is_missing(result)


def _musts(asked: Asked, name: str, found: Found) -> list[str]:
    lines = run_complaints.complaints(asked.notebooks[name], found.plan, found.ran)
    return [text for mark, _, text in lines if mark == MUST]
