"""Who gained and who lost since the run before, as text: what `autograder grade` prints when it ends."""

from collections import Counter
from collections.abc import Sequence

from ..model.plain_text import counted
from ..running.changes import Change
from .terminal_table import WIDTH, fit

MOST_SHOWN = 40  # lines; a changed check can touch a whole class


def format_changes(changes: Sequence[Change]) -> str:
    """Return the changes as text: how many rose and fell, then a line for each, the greatest loss first."""
    if not changes:
        return "No score differs from the run before."
    rose, fell = sum(change.gain > 0 for change in changes), sum(change.gain < 0 for change in changes)
    lines = [f"Compared with the run before, {counted(rose, 'score')} rose and {counted(fell, 'score')} fell:"]
    ordered = sorted(changes, key=lambda change: (change.gain, change.item, change.student))
    for change in ordered[:MOST_SHOWN]:
        numbers = f"{_points(change.before)} -> {_points(change.after)} of {change.max:g}"
        lines.append(fit(f"  {change.student}  {change.item}  {numbers}  {change.why}", WIDTH))
    if len(changes) > MOST_SHOWN:
        counts = Counter(change.item for change in ordered[MOST_SHOWN:])
        by_item = ", ".join(f"{count} in {item}" for item, count in sorted(counts.items()))
        lines.append(f"  and {len(changes) - MOST_SHOWN} more: {by_item}")
    return "\n".join(lines)


def _points(score: float | None) -> str:
    return "?" if score is None else f"{score:g}"
