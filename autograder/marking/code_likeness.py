"""Code of different students that is alike, however names, comments and layout were changed. Never a verdict.

Code is compared as MOSS does it (Schleimer, Wilkerson and Aiken 2003): what everybody calls as he likes is taken out,
the hashes of a few tokens in a row are thinned out by winnowing, and what two students have of these in common counts.
Here a fingerprint counts the more the fewer students have it: a function of five lines has one right form, which half
of the class has written. What the instructor's notebook says, solutions included, counts nothing.

copydetect, the library that does this in Python, compares two files after the other and knows no rarity: 9,000 files
would take hours. Code is split by one expression and not by a parser: what students send may have no syntax at all.
"""

import builtins
import keyword
import math
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ..handin import notebook_file
from ..handin.asked import Role
from ..handin.given_notebook import GivenNotebook
from ..handin.problems import Unusable
from ..model.assignment import Assignment, Item
from ..model.submission import Submission
from .lookalikes import connected

TOKENS = 7  # in a fingerprint
WINDOW = 3  # fingerprints in a row of which one is kept: what has TOKENS + WINDOW - 1 tokens in common is found
MOST_CHARACTERS = 60_000  # of a student's code in one notebook that are looked at; the reference solutions have 6,000
MOST_TOKENS = 6_000
PRIOR = 4  # students who are added to each class, so that in a class of two not everything is common
MOST_WEIGHT = 4.0  # bits: what two of 3,000 students have is no more telling than what two of 30 have
# What more students have counts nothing: so many found it alone, or in the same place. The largest ring of copies that
# is found has ten members, and one in twenty of a large class.
MOST_STUDENTS, MOST_OF_CLASS = 10, 0.05
FEWEST_NAMED = 5  # fingerprints of an item that two students share before it is named: a heading alone has two
STEP = 0.1  # by which the bound rises to take a larger group apart


@dataclass(frozen=True)
class Bound:
    """From when on two students are listed.

    Attributes:
        likeness: How much of the code of the one who wrote less the other has, too; rare code counts more.
        shared: How much that is, in bits.
    """

    likeness: float
    shared: float


# Measured on the right solutions of tests/corpus/, written independently of each other: two of its authors have at most
# 0.22 of a notebook in common, and where they have 0.6 of a function, that are 17 bits at most. Copies with other
# names, in another order, in another layout, and with useless lines keep 0.6 of a notebook and 200 bits at least.
WHOLE = Bound(0.45, 60.0)  # of a notebook
ITEM = Bound(0.6, 60.0)  # of one item; what has fewer than fifteen fingerprints, about fifty tokens, is never listed


_TOKEN = re.compile(
    r"(?P<skip>\#[^\n]*|\\\n|\s+)"
    r"|(?P<string>[rbfuRBFU]{0,2}(?:\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\\?\Z)|'''(?:[^\\]|\\.)*?(?:'''|\\?\Z)"
    r"|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?))"
    r"|(?P<number>\d[\w.]*|\.\d\w*)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\*\*=?|//=?|->|:=|<<|>>|[-+*/%@&|^=<>!]=|.)",
    re.DOTALL,
)
_Pairs = Mapping[tuple[int, int], float]  # their likeness, by the places of two students
_KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))
_ANY_NAME, _ANY_STRING = "N", "S"


@dataclass(frozen=True)
class CodeGroup:
    """Students with similar code in one notebook, each similar to at least one other of the group."""

    notebook: str
    items: tuple[Item, ...]  # whose code is alike; code beside the items, such as a function to help, may be, too
    students: tuple[str, ...]
    identical: bool  # but for names, comments and layout
    likeness: float  # of the pair that is least alike among those that brought the group together


@dataclass(frozen=True)
class _Code:
    """The fingerprints of a student's code in one notebook, by item; own cells have the key ""."""

    by_item: Mapping[str, frozenset[int]]

    @property
    def all(self) -> frozenset[int]:
        return frozenset().union(*self.by_item.values())


class Collection:
    """The code of a class as fingerprints, taken from one submission after the other."""

    def __init__(self, assignment: Assignment) -> None:
        """Begin with none."""
        self._assignment = assignment
        self._given = {name: GivenNotebook(asked) for name, asked in assignment.asked_notebooks.items()}
        self._common = {name: _of_the_instructor(assignment, name) for name in assignment.notebooks}
        self._code: dict[str, dict[str, _Code]] = {name: {} for name in assignment.notebooks}
        self._others = set[str]()  # members of a group but for the first: they hand in the same

    def add(self, submission: Submission) -> None:
        """Take the code of a submission; a group that hands in together is one. Never raises for what was submitted."""
        if submission.group:
            self._others.update(sorted(submission.group.members)[1:])
        for name, found in self._code.items():
            data = submission.notebooks.get(name)
            if data is not None:
                found[submission.student] = _Code(self._fingerprints(name, data))

    def _fingerprints(self, name: str, data: bytes) -> dict[str, frozenset[int]]:
        try:
            cells = notebook_file.read(data).cells
        except Unusable:
            return {}
        given, left, texts = self._given[name], MOST_CHARACTERS, defaultdict[str, list[str]](list)
        for cell, grade_id in zip(cells, given.ids_of(cells), strict=True):
            if cell.cell_type == "code" and (grade_id is None or given.roles[grade_id] is Role.SOLUTION):
                source = cell.source[:left]
                left -= len(source)
                texts[self._assignment.item_of_cell.get(grade_id or "", "")].append(source)
        return {item: fingerprints("\n".join(sources)) - self._common[name] for item, sources in texts.items()}

    def groups(self) -> list[CodeGroup]:
        """Return the groups of students with like code, large ones first."""
        found: list[CodeGroup] = []
        for name, code in self._code.items():
            students = sorted(code.keys() - self._others)
            found += _groups(name, students, [code[student] for student in students], self._assignment)
        return sorted(found, key=lambda group: (-len(group.students), -group.likeness, group.notebook, group.students))


def fingerprints(code: str) -> frozenset[int]:
    """Return the fingerprints of code that may be no Python; the same for the same code in other words."""
    runs = _runs(code)
    if len(runs) <= WINDOW:
        return frozenset(sorted(runs)[:1])
    return frozenset(min(runs[at : at + WINDOW]) for at in range(len(runs) - WINDOW + 1))


def _runs(code: str) -> list[int]:
    """Return the hashes of all runs of tokens, the same on each machine."""
    tokens = list(normalised(code))
    runs = ("\n".join(tokens[at : at + TOKENS]) for at in range(len(tokens) - TOKENS + 1))
    return [zlib.crc32(run.encode(errors="replace")) for run in runs]


def _of_the_instructor(assignment: Assignment, name: str) -> frozenset[int]:
    """Return what a notebook of the instructor's says, with its solutions and as students get it."""
    cells = [cell for cell in assignment.source_notebook(name).cells if cell.cell_type == "code"]
    sources = {text for cell in cells for text in (cell.source, assignment.regions.released(cell))}
    return frozenset(run for source in sources for run in _runs(source))


def normalised(code: str) -> Iterator[str]:
    """Yield the tokens of code without layout, comments, texts and the names that are the author's own."""
    before = ""
    for match in islice(_TOKEN.finditer(code[:MOST_CHARACTERS]), 2 * MOST_TOKENS):
        kind, text = match.lastgroup, match.group()
        if kind == "skip" or text == ";":
            continue
        if kind == "string":
            if not code[code.rfind("\n", 0, match.start()) + 1 : match.start()].strip():
                continue  # a docstring, or a comment in the form of a text
            text = _ANY_STRING
        elif kind == "name" and before != "." and text not in _KEPT:
            text = _ANY_NAME
        yield text
        before = text


def _groups(name: str, students: Sequence[str], code: Sequence[_Code], assignment: Assignment) -> Iterator[CodeGroup]:
    """Yield the groups of like code in one notebook, alike as a whole or in one item."""
    pairs = dict[tuple[int, int], float]()
    items = {item.id: item for item in assignment.auto_items if item.notebook == name}
    alike = defaultdict[tuple[int, int], set[str]](set)
    for item_id in items:
        for one, other, likeness in _pairs([each.by_item.get(item_id, frozenset()) for each in code], ITEM):
            pairs[one, other] = max(likeness, pairs.get((one, other), 0.0))
            alike[one, other].add(item_id)
    for one, other, likeness in _pairs([each.all for each in code], WHOLE):
        pairs[one, other] = max(likeness, pairs.get((one, other), 0.0))
        alike[one, other].update(_alike(code[one], code[other]))
    for members, inside in _taken_apart(len(code), pairs):
        found = set[str]().union(*(alike[pair] for pair in inside))
        yield CodeGroup(
            name,
            tuple(item for item_id, item in items.items() if item_id in found),
            tuple(students[member] for member in sorted(members)),
            len({code[member].all for member in members}) == 1,
            min(pairs[pair] for pair in inside),
        )


def _taken_apart(count: int, pairs: _Pairs) -> Iterator[tuple[set[int], _Pairs]]:
    """Yield the groups that pairs make, each with its pairs; of a group that is too large to say anything, its core."""
    groups = [members for members in connected(count, [(*pair, pairs[pair]) for pair in pairs]) if len(members) > 1]
    group_of = {member: number for number, members in enumerate(groups) for member in members}
    inside: list[dict[tuple[int, int], float]] = [{} for _ in groups]
    for pair, likeness in pairs.items():
        inside[group_of[pair[0]]][pair] = likeness
    for members, own in zip(groups, inside, strict=True):
        if len(members) <= _most(count):
            yield members, own
        else:
            least = min(own.values()) + STEP
            yield from _taken_apart(count, {pair: likeness for pair, likeness in own.items() if likeness >= least})


def _most(count: int) -> float:
    """Return how many students of a class may be alike."""
    return max(MOST_STUDENTS, MOST_OF_CLASS * count)


def _alike(one: _Code, other: _Code) -> Iterator[str]:
    """Yield the items for which two students, whose notebooks are alike, have much of the same code."""
    for item_id in one.by_item.keys() & other.by_item.keys():
        mine, others = one.by_item[item_id], other.by_item[item_id]
        if len(mine & others) >= max(FEWEST_NAMED, WHOLE.likeness * min(len(mine), len(others))):
            yield item_id


def _pairs(code: Sequence[frozenset[int]], bound: Bound) -> Iterator[tuple[int, int, float]]:
    """Yield (one, other, likeness) for all pairs within the bound.

    One is compared with all others at once, through the list of students who have each of its fingerprints.
    """
    rows: dict[int, list[int]] = defaultdict(list)
    for row, found in enumerate(code):
        for fingerprint in found:
            rows[fingerprint].append(row)
    rarity, most = math.log2(len(code) + PRIOR), _most(len(code))
    counting = {key: where for key, where in rows.items() if len(where) <= most}
    weights = {key: min(MOST_WEIGHT, rarity - math.log2(len(where))) for key, where in counting.items()}
    totals = np.array([math.fsum(weights.get(key, 0.0) for key in found) for found in code])
    shared = {key: np.array(where) for key, where in counting.items() if len(where) > 1}
    for one, found in enumerate(code):
        keys = sorted(found & shared.keys())
        if totals[one] >= bound.shared and keys:
            where = np.concatenate([shared[key] for key in keys])
            weight = np.repeat([weights[key] for key in keys], [len(shared[key]) for key in keys])
            common = np.bincount(where, weight, minlength=len(code))[one + 1 :]
            least = np.minimum(totals[one], totals[one + 1 :])
            others = np.flatnonzero((common >= bound.shared) & (common >= bound.likeness * least))
            likeness = np.minimum(1.0, common[others] / least[others])
            for place in np.argsort(-likeness, kind="stable")[: int(most)]:
                yield one, one + 1 + int(others[place]), float(likeness[place])
