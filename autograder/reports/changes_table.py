"""Who gained and who lost since the run before, as text: what `autograder grade` prints when it ends."""

from collections import Counter
from collections.abc import Sequence

from ..model.plain_text import counted
from ..running.changes import WHOLE, Change, score
from .terminal_table import fit

WIDTH = 110  # of a line: a reason needs more room than the numbers of a table
MOST_SHOWN = 40  # lines; a changed check can touch a whole class


def format_changes(changes: Sequence[Change]) -> str:
    """Return the changes as text: how many rose and fell, then a line for each, the greatest loss first.

    What a student sent again is one line, with the total; what was regraded is a line for each item.
    """
    if not changes:
        return "No score differs from the run before."
    rose, fell = sum(change.gain > 0 for change in changes), sum(change.gain < 0 for change in changes)
    lines = [f"Compared with the run before, {counted(rose, 'score')} rose and {counted(fell, 'score')} fell:"]
    ordered = sorted(changes, key=lambda change: (change.gain, change.item, change.student))
    for change in ordered[:MOST_SHOWN]:
        numbers = f"{score(change.before)} -> {score(change.after)} of {change.max:g}"
        if change.item == WHOLE:
            lines.append(fit(f"  {change.student}: sent again, {numbers}: {change.why}", WIDTH))
        else:
            lines.append(fit(f"  {change.student}  {change.item}  {numbers}  {change.why}", WIDTH))
    if len(changes) > MOST_SHOWN:
        counts = Counter(change.item or "what was sent again" for change in ordered[MOST_SHOWN:])
        by_item = ", ".join(f"{count} in {item}" for item, count in sorted(counts.items()))
        lines.append(f"  and {len(changes) - MOST_SHOWN} more: {by_item}")
    return "\n".join(lines)
