"""Who gained and who lost since the run before, in which item, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..class_report.standing import sentence
from ..class_report.terminal_table import WIDTH, fit
from ..report import CheckResult, ItemResult, Report, Verdict
from .identity import Grounds

MOST_SHOWN = 40  # lines; a changed check can touch a whole class
AGAIN = "graded again"


@dataclass(frozen=True)
class Change:
    """One item of one student whose score is another one than before; None stands for a fault of ours."""

    student: str
    item: str
    before: float | None
    after: float | None
    max: float
    why: str

    @property
    def gain(self) -> float:
        """Points won, below zero for points lost."""
        return (self.after or 0.0) - (self.before or 0.0)


def between(
    before: Report | None, after: Report, known: Mapping[str, Grounds], now: Mapping[str, Grounds]
) -> list[Change]:  # fmt: skip
    """Return the changes of one student's scores.

    Args:
        before: The stored report; None when there is none, and so no change.
        after: The new report.
        known: What the results before rested on, by item.
        now: What they rest on now.
    """
    changes = []
    old_items = {item.id: item for item in before.items} if before is not None else {}
    for item in after.items:
        old = old_items.get(item.id)
        if old is not None and old.score != item.score:
            reason = now[item.id].why_not(known[item.id]) if item.id in known and item.id in now else ""
            why = ": ".join(part for part in (reason or AGAIN, _what(old, item)) if part)
            changes.append(Change(after.student, item.id, old.score, item.score, item.max, why))
    return changes


def table(changes: Sequence[Change]) -> str:
    """Return the changes as text: how many rose and fell, then a line for each, the greatest loss first."""
    if not changes:
        return "No score differs from the run before."
    rose, fell = sum(change.gain > 0 for change in changes), sum(change.gain < 0 for change in changes)
    lines = [f"Against the run before, {_scores(rose)} rose and {_scores(fell)} fell:"]
    ordered = sorted(changes, key=lambda change: (change.gain, change.item, change.student))
    for change in ordered[:MOST_SHOWN]:
        numbers = f"{_points(change.before)} -> {_points(change.after)} of {change.max:g}"
        lines.append(fit(f"  {change.student}  {change.item}  {numbers}  {change.why}", WIDTH))
    if len(changes) > MOST_SHOWN:
        lines.append(f"  and {len(changes) - MOST_SHOWN} more: {_by_item(ordered[MOST_SHOWN:])}")
    return "\n".join(lines)


def _what(old: ItemResult, new: ItemResult) -> str:
    """Return the sentence of the first check that has another outcome; what passes now stands with a plus."""
    passed = {check.name for check in old.checks if check.verdict is Verdict.PASSED}
    lost = [check for check in new.checks if check.verdict is not Verdict.PASSED and check.name in passed]
    failed = {check.name: check for check in old.checks if check.verdict is not Verdict.PASSED}
    won = [failed[check.name] for check in new.checks if check.verdict is Verdict.PASSED and check.name in failed]
    first: CheckResult | None = next(iter(lost or won), None)
    if first is None:
        return ""
    return f"{'fails' if lost else 'passes'} now: {sentence(first.message) or first.name}"


def _by_item(changes: Iterable[Change]) -> str:
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.item] = counts.get(change.item, 0) + 1
    return ", ".join(f"{count} in {item}" for item, count in sorted(counts.items()))


def _scores(number: int) -> str:
    return f"{number} score{'s' * (number != 1)}"


def _points(score: float | None) -> str:
    return "?" if score is None else f"{score:g}"
