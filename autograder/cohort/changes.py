"""Who gained and who lost since the run before, in which item, and why."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ..class_report.standing import told
from ..class_report.terminal_table import WIDTH, fit
from ..report import CheckResult, ItemResult, Report, Verdict

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


class Diary:
    """The changes since the last run that came to its end: in a file, because a run may be killed before it tells."""

    def __init__(self, path: Path) -> None:
        """Nothing is written before the first change."""
        self.path = path

    def add(self, changes: Sequence[Change]) -> None:
        """Note changes that are about to be stored."""
        if changes:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.writelines(f"\n{json.dumps(asdict(change))}" for change in changes)  # after half a line, too

    def all(self) -> list[Change]:
        """Return the changes, one for each item of a student, from the score at first to the score at last."""
        found: dict[tuple[str, str], Change] = {}
        with contextlib.suppress(FileNotFoundError):
            for line in self.path.read_text(encoding="utf-8").splitlines():
                with contextlib.suppress(ValueError, TypeError):  # half a line: its change was not stored either
                    change = Change(**json.loads(line))
                    first = found.get((change.student, change.item), change)
                    found[change.student, change.item] = replace(change, before=first.before)
        return [change for change in found.values() if change.before != change.after]

    def close(self) -> None:
        """Forget the changes: they have been told."""
        self.path.unlink(missing_ok=True)


def between(before: Report | None, after: Report, reasons: Mapping[str, str] = {}) -> list[Change]:
    """Return the changes of one student's scores.

    Args:
        before: The stored report; None when there is none, and so no change.
        after: The new report.
        reasons: Why an item was graded again, by its id.
    """
    changes = []
    old_items = {item.id: item for item in before.items} if before is not None else {}
    for item in after.items:
        old = old_items.get(item.id)
        if old is not None and old.score != item.score:
            why = ": ".join(part for part in (reasons.get(item.id) or AGAIN, _what(old, item)) if part)
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
    return f"{'fails' if lost else 'passes'} now: {told(first)[0] or first.name}"


def _by_item(changes: Iterable[Change]) -> str:
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.item] = counts.get(change.item, 0) + 1
    return ", ".join(f"{count} in {item}" for item, count in sorted(counts.items()))


def _scores(number: int) -> str:
    return f"{number} score{'s' * (number != 1)}"


def _points(score: float | None) -> str:
    return "?" if score is None else f"{score:g}"
