"""Grade one submission: run its notebooks in confined processes, run the hidden checks on them, return a report."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from .. import __version__
from ..course import sheets
from ..handin.run_limits import Limits
from ..model.assignment import Assignment, GradedBy, Item
from ..model.errors import GraderFault
from ..model.report import DIGITS, ONE_REASON, Awaiting, CheckResult, ItemResult, Report, Verdict
from ..model.submission import Submission
from ..session import cores
from ..session.launcher import Zygote
from ..session.student import Student
from . import check_run, formulas
from .graded_notebook import GradedNotebook

REPEATS = 1  # of a submission when somebody else killed its process
NUMBER = re.compile(r"-?\d[\d.,]*(?:e[-+]?\d+)?|\bnan\b|-?\binf\b")


def grade(
    submission: Submission, assignment: Assignment, seed: str, zygote: Zygote, *,
    limits: Limits = Limits(), only: Collection[str] | None = None,
) -> Report:  # fmt: skip
    """Return the report of one submission.

    Never raises for a fault in the submission.
    After a fault of ours the affected items have no score, and the report says so.
    When somebody else kills a student process, the submission is graded once more from the start; a process that ends
    at the same place again has died of what the student's code does there.

    The random inputs of the checks come from `seed`; `only` has the ids of the items to check, all by default.
    """
    started = time.monotonic()
    killed_at: set[str] = set()
    for _ in range(1 + REPEATS):
        notebooks = {
            name: GradedNotebook(assignment, submission, name, zygote, limits, frozenset(killed_at))
            for name in assignment.notebooks
        }
        with cores.one():
            results = _run_checks(notebooks, submission, assignment, seed, only)
        killed = {notebook.killed_at for notebook in notebooks.values() if notebook.killed_at is not None}
        if not killed:
            break
        killed_at |= killed
    findings = [finding for notebook in notebooks.values() for finding in notebook.findings()]
    items = [item for item in assignment.auto_items if only is None or item.id in only]
    factor = zygote.machine_factor  # by which the limits in processor time were scaled
    return Report(
        student=submission.student,
        items=tuple(score(item, results.get(item.id, [])) for item in items),
        awaiting_person=awaiting(assignment, submission),
        findings=(*submission.findings, *findings),
        seed=seed,
        sandbox=zygote.layers,
        timings_s={
            "total": round(time.monotonic() - started, 3),
            "student_cpu": round(sum(notebook.cpu_s for notebook in notebooks.values()), 3),
        },
        versions={"kit": __version__, **zygote.versions, **({} if factor == 1 else {"machine_factor": f"{factor:g}"})},
        graded_at=now(),
    )


def _run_checks(
    notebooks: Mapping[str, GradedNotebook], submission: Submission, assignment: Assignment, seed: str,
    only: Collection[str] | None,
) -> dict[str, list[CheckResult]]:  # fmt: skip
    def student_for(item_id: str) -> Student:
        return notebooks[assignment.item(item_id).notebook].student_for(item_id)

    try:
        results = check_run.run(assignment, student_for, submission, seed, only)
        for notebook in notebooks.values():
            for item_id, result in notebook.run_tests(only).items():
                results.setdefault(item_id, []).insert(0, result)
            notebook.look_further()
        return results
    except GraderFault as fault:
        return {
            item.id: [CheckResult("all", Verdict.GRADER_FAULT, 1, seen=str(fault))] for item in assignment.auto_items
        }
    finally:
        for notebook in notebooks.values():
            notebook.close()


def now() -> str:
    """Return the time as reports have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def awaiting(assignment: Assignment, submission: Submission) -> tuple[Awaiting, ...]:
    """Return the items that a person marks; those with a formula have the result of the formula check."""
    checked: dict[str, formulas.FormulaCheck] = {}
    for name in assignment.sheets:
        ids = [item.id for item in assignment.items if item.notebook == name and item.graded_by == GradedBy.FORMULA]
        if ids:
            answers = sheets.read_filled(assignment.sheet(name), submission.sheets.get(name, "")).answers
            checked |= formulas.examine(answers, ids, assignment)
    return tuple(
        Awaiting(item.id, item.points, **vars(checked[item.id]))
        if item.id in checked
        else Awaiting(item.id, item.points)
        for item in assignment.person_items
    )


def score(item: Item, checks: list[CheckResult]) -> ItemResult:
    """Return an item's score: its points times the share of the weight that its checks earn."""
    verdicts = [check.verdict for check in checks]
    if not checks or Verdict.GRADER_FAULT in verdicts:
        faulty = tuple(checks) or (CheckResult("all", Verdict.GRADER_FAULT, 1, seen="No check of this item was run."),)
        return ItemResult(item.id, None, item.points, Verdict.GRADER_FAULT, faulty)
    weight = sum(check.weight * check.earned for check in checks)
    digits = DIGITS if any(check.share for check in checks) else 2
    points = round(item.points * weight / sum(check.weight for check in checks), digits)
    worst = next((verdict for verdict in verdicts if verdict is not Verdict.PASSED), Verdict.PASSED)
    if not weight and len(checks) > 1 and len(set(verdicts)) == 1 and (reason := _one_reason(checks)):
        checks = [reason]  # instead of the same for every check
    return ItemResult(item.id, points, item.points, worst, tuple(_with_pointer(check, item) for check in checks))


def _with_pointer(check: CheckResult, item: Item) -> CheckResult:
    """Return the check with a message that ends with where to look, if it is about the item's own code."""
    if check.verdict in (Verdict.PASSED, Verdict.NOT_ATTEMPTED) or not (check.sentence and check.seen):
        return check
    return replace(check, where=f'Look at "{item.heading}" in {item.notebook}.')


def _one_reason(checks: Sequence[CheckResult]) -> CheckResult | None:
    """Return one result for several that saw the same, whatever the numbers in it; None if they did not.

    The sentences of several checks would only hide the reason.
    """
    first = checks[0]
    if first.verdict is not Verdict.NOT_ATTEMPTED and len({NUMBER.sub("#", check.seen) for check in checks}) > 1:
        return None
    alone = first.verdict is Verdict.NOT_ATTEMPTED or len({check.sentence for check in checks}) == 1
    return CheckResult("all", first.verdict, 1, first.sentence if alone else ONE_REASON, first.seen)
