"""Who gained and who lost since the run before, in which item, and why."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ..grading.cache_key import NEW_SUBMISSION
from ..model.plain_text import one_line
from ..model.report import CheckResult, ItemResult, Report, Verdict

AGAIN = "regraded"
WHOLE = ""  # in the place of an item: a student sent another submission, and the scores are totals
MAX_SENTENCE = 200  # characters of what a check says; a table shows about sixty


@dataclass(frozen=True)
class Change:
    """One item of one student with a score that changed, or all of them; None means a grader fault."""

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


class ChangeLog:
    """The changes since the last finished run: in a file, because a run may be killed before it prints them."""

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
        return [change for change in found.values() if change.before != change.after or change.item == WHOLE]

    def close(self) -> None:
        """Forget the changes: they have been printed."""
        self.path.unlink(missing_ok=True)


def between(before: Report | None, after: Report, reasons: Mapping[str, str] = {}) -> list[Change]:
    """Return the changes of one student's scores.

    Without a report before there is no change; of another submission all changes are one. `reasons` says by item why it
    was regraded.
    """
    if before is None:
        return []
    changes = []
    old_items = {item.id: item for item in before.items}
    for item in after.items:
        old = old_items.get(item.id)
        if old is not None and old.score != item.score:
            why = ": ".join(part for part in (reasons.get(item.id) or AGAIN, _what(old, item)) if part)
            changes.append(Change(after.student, item.id, old.score, item.score, item.max, why))
    if changes and (before.refused != after.refused or NEW_SUBMISSION in reasons.values()):
        return [_whole(before, after, changes)]
    return changes


def _whole(before: Report, after: Report, changes: Sequence[Change]) -> Change:
    """Return what a student's other submission changed, as one change of the total."""
    items = ", ".join(f"{change.item} {score(change.before)} -> {score(change.after)}" for change in changes)
    why = f"refused: {one_line(after.refused, MAX_SENTENCE)}" if after.refused else items
    first, last = (None if report.has_fault else report.total for report in (before, after))
    return Change(after.student, WHOLE, first, last, after.max, why)


def score(points: float | None) -> str:
    """Return a score as a list of changes has it."""
    return "?" if points is None else f"{points:g}"


def _what(old: ItemResult, new: ItemResult) -> str:
    """Return the sentence of the first check that has another outcome; what passes now gets a plus."""
    passed = {check.name for check in old.checks if check.verdict is Verdict.PASSED}
    lost = [check for check in new.checks if check.verdict is not Verdict.PASSED and check.name in passed]
    failed = {check.name: check for check in old.checks if check.verdict is not Verdict.PASSED}
    won = [failed[check.name] for check in new.checks if check.verdict is Verdict.PASSED and check.name in failed]
    first: CheckResult | None = next(iter(lost or won), None)
    if first is None:
        return ""
    sentence = one_line(first.sentence or first.seen, MAX_SENTENCE)
    return f"{'fails' if lost else 'passes'} now: {sentence or first.name}"
