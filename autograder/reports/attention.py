"""What needs a person first: faults of ours, refused submissions, and findings; and work that is alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..handin.problems import Level
from ..marking.code_likeness import CodeGroup
from ..marking.lookalikes import Group as LikeAnswers
from ..model.assignment import Assignment
from ..model.lateness import Lateness
from ..model.plain_text import one_line
from ..model.report import Report
from ..model.submission_status import SENTENCE_LIMIT, open_items, refusal

_FINDINGS_OF_ONE_STUDENT = 20  # the rest is in the student's own section
_ITEMS_NAMED = 3
_EXCERPT_LIMIT = 220
_HEADING_LIMIT = 60


@dataclass(frozen=True)
class Group:
    """One sentence and everybody it is about, as positions in the list of reports."""

    label: str
    text: str
    students: tuple[int, ...]


@dataclass(frozen=True)
class Attention:
    """Everything of a class that a person looks at, the most urgent first."""

    faults: tuple[Group, ...]
    refused: tuple[Group, ...]
    errors: tuple[Group, ...]
    warnings: tuple[Group, ...]
    late: tuple[Group, ...]  # by a number of days that nobody knows, so that the penalty is open
    notes: tuple[Group, ...]


def attention(
    reports: Sequence[Report], assignment: Assignment, late: Mapping[str, Lateness] | None = None
) -> Attention:
    """Gather what needs a person; equal sentences about several students become one group. `late` is by student."""
    unknown = [
        (("", known.words), position)
        for position, report in enumerate(reports)
        if (known := (late or {}).get(report.student)) and known.is_open and not report.refused
    ]
    faults = [(key, position) for position, report in enumerate(reports) for key in _faults(report, assignment)]
    refused = [(("", refusal(report)), position) for position, report in enumerate(reports) if report.refused]
    return Attention(
        faults=_groups(faults),
        refused=_groups(refused),
        errors=_findings(reports, "error"),
        warnings=_findings(reports, Level.WARNING),
        late=_groups(unknown),
        notes=_findings(reports, Level.INFO),
    )


def like_answers(found: Iterable[LikeAnswers], positions: Mapping[str, int]) -> list[Group]:
    """Return who has like answers, in which item, how alike they are and how they begin; `positions` by student."""
    groups = []
    for group in found:
        students = tuple(positions[student] for student in group.students if student in positions)
        how = "identical" if group.identical else f"alike to {group.likeness:.0%} or more"
        text = f"{how}: “{one_line(group.excerpt, _EXCERPT_LIMIT)}”"
        groups.append(Group(one_line(group.item.heading, _HEADING_LIMIT), text, students))
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
        headings = [one_line(item.heading, _HEADING_LIMIT) for item in group.items]
        groups.append(Group(_named(headings) if headings else one_line(group.notebook, _HEADING_LIMIT), how, students))
    return groups


def _faults(report: Report, assignment: Assignment) -> list[tuple[str, str]]:
    """Return (the items, the sentence) for each fault of ours in a report; one fault can leave every item open."""
    if report.refused:
        return []
    headings = assignment.headings
    items_by_text: dict[str, list[str]] = {}
    for item_id, text in open_items(report, [item.id for item in assignment.auto_items]):
        items_by_text.setdefault(text, []).append(one_line(headings.get(item_id, item_id), _HEADING_LIMIT))
    return [(_named(items), text) for text, items in items_by_text.items()]


def _named(headings: Sequence[str]) -> str:
    return ", ".join(headings) if len(headings) <= _ITEMS_NAMED else f"{len(headings)} items"


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
