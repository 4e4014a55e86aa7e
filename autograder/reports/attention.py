"""What needs a person first: faults of ours, refused submissions, findings, and written answers to mark."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..handin.problems import Level
from ..marking.code_likeness import CodeGroup
from ..marking.lookalikes import Group as LikeAnswers
from ..model.assignment import Item
from ..model.plain_text import one_line
from ..model.report import Awaiting, FormulaStatus, Report
from ..model.submission_status import SENTENCE_LIMIT, open_items, refusal

_FINDINGS_OF_ONE_STUDENT = 20  # the rest is in the student's own section
_ITEMS_NAMED = 3
_EXCERPT_LIMIT = 220


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
    faults = [(key, position) for position, report in enumerate(reports) for key in _faults(report, ids)]
    refused = [(("", refusal(report)), position) for position, report in enumerate(reports) if report.refused]
    answers = [entry for report in reports if not report.refused for entry in report.awaiting_person]
    return Attention(
        faults=_groups(faults),
        refused=_groups(refused),
        errors=_findings(reports, "error"),
        warnings=_findings(reports, Level.WARNING),
        notes=_findings(reports, Level.INFO),
        waiting=tuple(
            Waiting(item, len(own), _formulas(own))
            for item in (*auto_items, *person_items)
            for own in [[entry for entry in answers if entry.id == item.id]]
            if own or item in person_items
        ),
        formulas=_formulas(answers),
    )


def like_answers(found: Iterable[LikeAnswers], positions: Mapping[str, int]) -> list[Group]:
    """Return who has like answers, in which item, how alike they are and how they begin; `positions` by student."""
    groups = []
    for group in found:
        students = tuple(positions[student] for student in group.students if student in positions)
        how = "identical" if group.identical else f"alike to {group.likeness:.0%} or more"
        text = f"{how}: “{one_line(group.excerpt, _EXCERPT_LIMIT)}”"
        groups.append(Group(one_line(group.item.id, 60), text, students))
    return groups


def like_code(found: Iterable[CodeGroup], positions: Mapping[str, int]) -> list[Group]:
    """Return who has like code, in which items and how alike it is; `positions` by student."""
    groups = []
    for group in found:
        students = tuple(positions[student] for student in group.students if student in positions)
        how = (
            "identical but for names, comments and layout"
            if group.identical
            else f"alike to {group.likeness:.0%} or more"
        )
        ids = [one_line(item.id, 60) for item in group.items]
        where = ", ".join(ids) if len(ids) <= _ITEMS_NAMED else f"{len(ids)} items"
        groups.append(
            Group(f"{one_line(group.notebook, 60)}: {where}" if ids else one_line(group.notebook, 60), how, students)
        )
    return groups


def _faults(report: Report, item_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return (the items, the sentence) for each fault of ours in a report; one fault can leave every item open."""
    if report.refused:
        return []
    items_by_text: dict[str, list[str]] = {}
    for item_id, text in open_items(report, item_ids):
        items_by_text.setdefault(text, []).append(one_line(item_id, 60))
    return [
        (", ".join(ids) if len(ids) <= _ITEMS_NAMED else f"{len(ids)} items", text)
        for text, ids in items_by_text.items()
    ]


def _findings(reports: Sequence[Report], level: str) -> tuple[Group, ...]:
    """Group the findings of one level, without those that say again why a submission is open."""
    return _groups((("", text), position) for position, report in enumerate(reports) for text in _texts(report, level))


def _texts(report: Report, level: str) -> list[str]:
    faults = {text for _, text in open_items(report)}
    findings = [finding for finding in report.findings[:_FINDINGS_OF_ONE_STUDENT] if finding.level == level]
    texts = [one_line(finding.text, SENTENCE_LIMIT) for finding in findings]
    return [text for text in texts if text not in faults]


def _groups(entries: Iterable[tuple[tuple[str, str], int]]) -> tuple[Group, ...]:
    students: dict[tuple[str, str], dict[int, None]] = {}
    for key, position in entries:
        students.setdefault(key, {})[position] = None
    groups = [Group(label, text, tuple(positions)) for (label, text), positions in students.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.students), group.label, group.text)))


def _formulas(answers: Sequence[Awaiting]) -> tuple[tuple[str, int], ...]:
    states = Counter(entry.formula for entry in answers)
    return tuple((state, states[state]) for state in FormulaStatus if states[state])
