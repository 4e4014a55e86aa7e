"""The checks of an item as its student reads them: what each is worth, and why it did not pass.

Names of checks stay with the grader, as do the sentences of those that passed: they say what is checked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..model.assignment import Item
from ..model.plain_text import one_line, paragraph, points
from ..model.report import ONE_REASON, CheckResult, Verdict
from ..model.submission_status import MESSAGE_LIMIT, MESSAGE_LINES, SENTENCE_LIMIT

MOST_LOST = 40  # checks of one item; the longest item has a dozen

_PLACE = re.compile(r" \([^()]*\bline \d+ of its cell\)")  # the item says it, too

# What became of a check, as students read it; a sign and a word, since not everybody tells the colours apart.
CHECKS = {
    Verdict.FAILED: ("✗", "not passed", "lost"),
    Verdict.ERROR: ("!", "error in your code", "lost"),
    Verdict.TIMEOUT: ("…", "took too long", "lost"),
    Verdict.MEMORY: ("▲", "too much memory", "lost"),
    Verdict.FORBIDDEN: ("⊘", "not allowed", "lost"),
    Verdict.NOT_ATTEMPTED: ("–", "not attempted", "blank"),
    Verdict.GRADER_FAULT: ("?", "could not be tried", "fault"),
}


@dataclass(frozen=True)
class CheckLine:
    """One check that did not pass: its sentence about right code, what was seen instead, what it is worth."""

    sign: str
    word: str
    kind: str
    sentence: str
    seen: str
    worth: str


def lost_checks(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Return the checks that cost points: a fault of ours costs none."""
    return [check for check in checks if check.verdict not in (Verdict.PASSED, Verdict.GRADER_FAULT)]


def lines(item: Item, checks: Sequence[CheckResult]) -> tuple[CheckLine, ...]:
    """Return the checks that cost points, as many as a page has room for."""
    return tuple(_line(check, item, checks) for check in lost_checks(checks)[:MOST_LOST])


def passed(item: Item, checks: Sequence[CheckResult]) -> list[str]:
    """Return how many checks passed and what these are worth, where some did and some did not."""
    good = [check for check in checks if check.verdict is Verdict.PASSED]
    if not good or len(good) == len(checks):
        return []
    worth = points(sum(_worth(check, item, checks) for check in good))
    verb, are = ("passes", "is") if len(good) == 1 else ("pass", "are")
    return [f"{len(good)} of {len(checks)} checks {verb}, which {are} worth {worth} of {points(item.points)} points."]


def _worth(check: CheckResult, item: Item, checks: Sequence[CheckResult]) -> float:
    whole = sum(one.weight for one in checks)
    return item.points * check.weight / whole if whole > 0 else 0.0


def _line(check: CheckResult, item: Item, checks: Sequence[CheckResult]) -> CheckLine:
    seen = paragraph(check.seen, MESSAGE_LIMIT, MESSAGE_LINES)
    sentence = one_line(check.sentence, SENTENCE_LIMIT)
    whole = _worth(check, item, checks)
    worth = f"worth {points(whole)} of {points(item.points)} points" if len(checks) > 1 else ""
    if check.share and worth:
        worth = f"{points(whole * check.share)} of {points(whole)} points"
    return CheckLine(*CHECKS[check.verdict], sentence or seen, seen if sentence else "", worth)


def why_lost(item: Item, checks: Sequence[CheckResult]) -> str:
    """Return why points were lost, in one line; "" where no check says so."""
    lost, shown = lost_checks(checks), lines(item, checks)
    if not lost:
        return ""
    if lost[0].verdict is Verdict.NOT_ATTEMPTED and not lost[0].seen:
        return "Not attempted."
    told = next((line for line in shown if line.sentence and line.sentence != ONE_REASON), shown[0])
    said = _PLACE.sub("", told.sentence if told.sentence != ONE_REASON else told.seen)
    more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
    return f"{one_line(said, SENTENCE_LIMIT)}{more}" if said else told.word
