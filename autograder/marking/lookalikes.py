"""Answers of different students that are the same, or nearly: listed together for equal marks. Never a verdict.

Two texts are compared by their shingles, the runs of a few words in a row (Broder 1997): the share of shingles that
both have among those that either has is their likeness, from 0 to 1. What the question says is taken out first, and so
are the formula blocks, which should be alike. All pairs are compared, not a sample: see `_pairs`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ..handin import filled_sheet
from ..handin.answer_length import asked_length
from ..model.assignment import Assignment, Item
from .answers import question_of

SHORT_SENTENCES = 3  # an answer of at most so many sentences is a short one; all others are write-ups
MOST_WORDS = 1_500  # of one answer that are compared; the longest that is asked for has 180, a proof about 400
FEWEST_WORDS = 4  # less says nothing: two students may both write "I do not know"
EXCERPT = 400  # characters of an answer that are quoted

_FORMULA_BLOCK = re.compile(
    r"^[ \t>]*(`{3,}|~{3,})[ \t]*\{?\.?formula.*?(?:^[ \t>]*\1|\n[ \t]*\n|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_WORD = re.compile(r"[^\W_]+|[=+/^<]")  # signs of mathematics count, but for those that are markup elsewhere


@dataclass(frozen=True)
class Kind:
    """How answers of one kind are compared."""

    words: int  # in a shingle
    likeness: float  # from which two answers are listed


# Measured on the texts of tests/test_lookalikes.py: honest answers to one question have at most 0.18 of their pairs of
# words in common, and 0.13 of their runs of four; a copy with every tenth word exchanged keeps 0.56 and 0.39 at least.
SHORT = Kind(2, 0.33)
WRITE_UP = Kind(4, 0.22)


@dataclass(frozen=True)
class Group:
    """Students with similar answers to one item, each similar to at least one other of the group."""

    item: Item
    kind: Kind
    students: tuple[str, ...]
    identical: bool  # but for capitals, punctuation and white space
    likeness: float  # of the pair that is least alike among those that brought the group together
    excerpt: str  # how the answer of the first student begins, as it was written: not safe to show

    @property
    def is_write_up(self) -> bool:
        """Whether words were copied where many were to be written."""
        return self.kind == WRITE_UP


def find(answers: Mapping[str, Mapping[str, str]], assignment: Assignment) -> list[Group]:
    """Return the groups of like answers, by item in the order of the assignment, large groups first.

    The answers are by student, then by item, as `answers.written_answers` gives them.
    """
    groups = []
    for item in assignment.person_items:
        texts = {student: by_item.get(item.id, "") for student, by_item in answers.items()}
        groups += item_groups(texts, item, assignment)
    return groups


def item_groups(texts: Mapping[str, str], item: Item, assignment: Assignment) -> list[Group]:
    """Return the groups of like answers to one item; `texts` are by student."""
    question = question_of(item, assignment)
    asked = asked_length(question)
    kind = SHORT if asked and asked.unit == "sentence" and asked.most <= SHORT_SENTENCES else WRITE_UP
    given = _shingles(_words(question), kind.words)
    by_words: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for student in sorted(texts):
        words = _words(texts[student])
        if len(words) >= FEWEST_WORDS:
            by_words[words].append(student)
    same = list(by_words.values())
    pairs = list(_pairs([_shingles(words, kind.words) - given for words in by_words], kind.likeness))
    groups = []
    for members in connected(len(same), pairs):
        students = sorted(chain.from_iterable(same[member] for member in members))
        if len(students) > 1:
            least = min((likeness for one, _, likeness in pairs if one in members), default=1.0)
            excerpt = texts[students[0]].strip()[:EXCERPT]
            groups.append(Group(item, kind, tuple(students), len(members) == 1, least, excerpt))
    return sorted(groups, key=lambda group: (-len(group.students), -group.likeness, group.students))


def _words(text: str) -> tuple[str, ...]:
    """Return what is compared of a text: its words in lower case, and signs of mathematics."""
    text = _FORMULA_BLOCK.sub(" ", text.replace(filled_sheet.ANSWER_MARK, " "))[: 20 * MOST_WORDS]
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))[:MOST_WORDS]


def _shingles(words: Sequence[str], size: int) -> frozenset[tuple[str, ...]]:
    runs = zip(*(words[start:] for start in range(size)), strict=False)
    return frozenset(runs) if len(words) >= size else frozenset([tuple(words)])


def _pairs(texts: Sequence[frozenset[tuple[str, ...]]], least: float) -> Iterator[tuple[int, int, float]]:
    """Yield (one, other, likeness) for all pairs of texts that are at least so alike.

    A text is compared with all others at once, through the list of texts in which each of its shingles occurs.
    """
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        for shingle in text:
            rows[shingle].append(row)
    shared = {shingle: np.array(where) for shingle, where in rows.items() if len(where) > 1}
    sizes = np.array([len(text) for text in texts])
    for one, text in enumerate(texts):
        occurs = [shared[shingle] for shingle in text & shared.keys()]
        if occurs:
            common = np.bincount(np.concatenate(occurs), minlength=len(texts))[one + 1 :]
            likeness = common / (sizes[one] + sizes[one + 1 :] - common)
            for other in np.flatnonzero(likeness >= least):
                yield one, one + 1 + int(other), float(likeness[other])


def connected(count: int, pairs: Sequence[tuple[int, int, float]]) -> list[set[int]]:
    """Return the sets of texts that are connected by pairs, single ones included."""
    group_of = {number: {number} for number in range(count)}
    for one, other, _ in pairs:
        if group_of[one] is not group_of[other]:
            larger, smaller = sorted((group_of[one], group_of[other]), key=len, reverse=True)
            larger |= smaller
            group_of.update(dict.fromkeys(smaller, larger))
    return list({id(group): group for group in group_of.values()}.values())
