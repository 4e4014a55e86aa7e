"""What needs a person first: faults of ours, refused submissions, findings, and written answers to mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..assignment import Item
from ..report import Awaiting, Report
from .plain_text import one_line
from .standing import SENTENCE_LIMIT, is_refused, open_items, refusal

_FORMULA_STATES = ("right", "wrong", "undecided", "empty")
_FINDINGS_OF_ONE_STUDENT = 20  # the rest is in the student's own section


@dataclass(frozen=True)
class Group:
    """One sentence and everybody it is about, as positions in the list of reports."""

    label: str
    text: str
    students: tuple[int, ...]


@dataclass(frozen=True)
class Waiting:
    """How many answers to one item wait for marks, and what the formula check said of them."""

    item: Item
    count: int
    formulas: tuple[tuple[str, int], ...]  # (state, count) for the states that occur


@dataclass(frozen=True)
class Attention:
    """Everything of a class that a person looks at, the most urgent first."""

    faults: tuple[Group, ...]
    refused: tuple[Group, ...]
    errors: tuple[Group, ...]
    warnings: tuple[Group, ...]
    notes: tuple[Group, ...]
    waiting: tuple[Waiting, ...]
    formulas: tuple[tuple[str, int], ...]  # over all items, as in Waiting


def attention(reports: Sequence[Report], auto_items: Sequence[Item], person_items: Sequence[Item]) -> Attention:
    """Gather what needs a person; equal sentences about several students become one group."""
    ids = [item.id for item in auto_items]
    faults = [
        ((one_line(item_id, 60), text), position)
        for position, report in enumerate(reports)
        if not is_refused(report)
        for item_id, text in open_items(report, ids)
    ]
    refused = [(("", refusal(report)), position) for position, report in enumerate(reports) if is_refused(report)]
    return Attention(
        faults=_groups(faults),
        refused=_groups(refused),
        errors=_findings(reports, "error"),
        warnings=_findings(reports, "warning"),
        notes=_findings(reports, "info"),
        waiting=tuple(_waiting(reports, item) for item in person_items),
        formulas=_formulas(entry for report in reports for entry in report.awaiting_person),
    )


def _findings(reports: Sequence[Report], level: str) -> tuple[Group, ...]:
    return _groups(
        (("", one_line(finding.text, SENTENCE_LIMIT)), position)
        for position, report in enumerate(reports)
        for finding in report.findings[:_FINDINGS_OF_ONE_STUDENT]
        if finding.level == level and not (level == "error" and is_refused(report))
    )


def _groups(entries: Iterable[tuple[tuple[str, str], int]]) -> tuple[Group, ...]:
    students: dict[tuple[str, str], dict[int, None]] = {}
    for key, position in entries:
        students.setdefault(key, {})[position] = None
    groups = [Group(label, text, tuple(positions)) for (label, text), positions in students.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.students), group.label, group.text)))


def _waiting(reports: Sequence[Report], item: Item) -> Waiting:
    entries = [entry for report in reports for entry in report.awaiting_person if entry.id == item.id]
    return Waiting(item, len(entries), _formulas(entries))


def _formulas(entries: Iterable[Awaiting]) -> tuple[tuple[str, int], ...]:
    states = Counter(entry.formula for entry in entries)
    return tuple((state, states[state]) for state in _FORMULA_STATES if states[state])
