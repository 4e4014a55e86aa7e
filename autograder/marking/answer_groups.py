"""Answers to one item that are the same: one decision marks all of them, and each can be taken out.

Only what a marker must mark equally is one group: the same words, and the same pictures, PDF and formula verdict.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Compared:
    """What is compared of one answer."""

    text: str
    beside: str = ""  # digest of all that is shown beside the text: pictures, pages of a PDF, files; "" for nothing
    formula: str = ""  # what the checker says of its formula (`FormulaStatus`); "" where none is asked for
    diagnosis: str = ""  # the checker's sentence


@dataclass(frozen=True)
class Group:
    """Students whose answers to one item are the same."""

    students: tuple[str, ...]
    spellings: tuple[str, ...]  # one student for each different spelling, the most frequent first

    @property
    def identical(self) -> bool:
        """Whether all members wrote the same, but for layout, capitals and notation."""
        return len(self.spellings) == 1


def groups(answers: Mapping[str, Compared], question: str, splits: Collection[str] = ()) -> list[Group]:
    """Return all students in groups, in the order in which they are best marked: large groups first, then by likeness.

    Never raises, whatever the texts are, and the same answers give the same groups in the same order.

    Args:
        answers: By student, those that a person has to mark: not the empty ones.
        question: Its words are not the students'.
        splits: Students who were taken out of their group: each stands alone.
    """
    members: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for student, answer in sorted(answers.items()):
        alone = student if student in splits else ""
        members[alone, _same(answer.text), answer.beside, answer.formula, answer.diagnosis].append(student)
    found = sorted(members.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return [Group(tuple(students), (students[0],)) for _, students in found]


def _same(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
