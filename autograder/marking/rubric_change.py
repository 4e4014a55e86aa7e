"""A rubric that changes while people mark: which of its points is which of the old one, and what earlier ticks mean."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from ..course.rubric_text import same_text
from ..model.rubric import Criterion, Rubric

# How alike two texts are, of 100, to be one point that was reworded. Among 99 pairs of points of the real schemes the
# most alike of different meaning reach 64 (two uses of one rule); a point that also changed its level must be plainer.
ALIKE = 66
ALIKE_ELSEWHERE = 75
SAME_HEAD = 90  # of what stands before the colon, "for the cause: ...": it names the point, whatever follows
SHARED_WORDS = 3  # so many words in common, at least, make a shortened text of a longer one
_EMPTY_WORDS = frozenset("a an and as at by for from if in is it its of on or that the to with".split())


@dataclass(frozen=True)
class _Entry:
    """A criterion and where it stands: the id of the point that it is a part of, "" at the top."""

    criterion: Criterion
    parent: str
    place: int

    @property
    def id(self) -> str:
        return self.criterion.id


def continued(old: Rubric, new: Rubric) -> Rubric:
    """Return the new rubric with the ids of the old one where a point is the same, and fresh ids elsewhere.

    A point is the same if its text is the same or alike, or if the formula check decides it in both; whether it moved
    or has other points does not matter. Place alone never makes two points the same.
    """
    before, after = list(_entries(old)), list(_entries(new))
    same = _same(before, after)
    newest = max([old.newest, *(_number(entry.id) for entry in before)])

    def renamed(criterion: Criterion, parent: str = "") -> Criterion:
        nonlocal newest
        own_id = same.get(criterion.id)
        if own_id is None:
            newest += 1
            own_id = f"{parent}.{newest}" if parent else str(newest)
        return replace(criterion, id=own_id, parts=tuple(renamed(part, own_id) for part in criterion.parts))

    criteria = tuple(renamed(criterion) for criterion in new.criteria)
    return replace(new, criteria=criteria, newest=newest)


def carried_ticks(old: Rubric, new: Rubric, ticks: Collection[str]) -> frozenset[str]:
    """Return what ticks of the old rubric mean in the new one, which continues it.

    A ticked point that was split is all its new parts; a point whose parts were all ticked, and that has none any
    more, is ticked. What is new is not ticked, and what was removed is gone.
    """
    rows = old.ticked_rows(ticks)
    whole = {entry.id for entry in old.criteria if all(leaf.id in rows for leaf in entry.leaves)} | rows
    had_parts = {entry.id for entry in old.criteria if entry.parts}
    known = {entry.id for entry in old.everything()}
    carried = set(rows)
    for criterion in new.criteria:
        if criterion.id in whole and not criterion.parts:
            carried.add(criterion.id)
        elif criterion.id in whole and criterion.id not in had_parts:
            carried |= {part.id for part in criterion.parts if part.id not in known}
    return frozenset(carried & {row.id for row in new.rows})


def _entries(rubric: Rubric) -> Iterator[_Entry]:
    for place, criterion in enumerate(rubric.criteria):
        yield _Entry(criterion, "", place)
        yield from (_Entry(part, criterion.id, number) for number, part in enumerate(criterion.parts))


def _same(before: Sequence[_Entry], after: Sequence[_Entry]) -> dict[str, str]:
    """Return the old ids by the new ones, in steps from the surest to the least sure."""
    same: dict[str, str] = {}

    def siblings(old: _Entry, new: _Entry) -> bool:
        return old.parent == (same.get(new.parent) if new.parent else "")

    def match(least: float, allowed: Callable[[_Entry, _Entry], bool]) -> None:
        """Join what is still alone, the most alike first; of equals, what has the same points or place."""
        found = [
            (alike, old.criterion.points == new.criterion.points, -abs(old.place - new.place), old.id, new.id)
            for new in after
            for old in before
            if allowed(old, new) and (alike := _alike(old.criterion, new.criterion)) >= least
        ]
        for *_, old_id, new_id in sorted(found, key=lambda entry: entry[:3], reverse=True):
            if new_id not in same and old_id not in same.values():
                same[new_id] = old_id

    def at_the_top(old: _Entry, new: _Entry) -> bool:
        return not old.parent and not new.parent

    match(100, at_the_top)
    match(100, siblings)
    match(100, lambda old, new: True)
    match(ALIKE, at_the_top)
    match(ALIKE, siblings)
    match(ALIKE_ELSEWHERE, lambda old, new: True)
    return same


def _alike(old: Criterion, new: Criterion) -> float:
    """Return how alike two criteria are, 0 to 100; 0 for two kinds."""
    if old.kind is not new.kind:
        return 0.0
    if (old.by_formula and new.by_formula) or same_text(old.text) == same_text(new.text):
        return 100.0
    ours, theirs = _words(old.text), _words(new.text)
    full = fuzz.token_sort_ratio(ours, theirs)
    heads = fuzz.token_sort_ratio(*(_words(text.partition(":")[0]) for text in (old.text, new.text)))
    shared = len(set(ours.split()) & set(theirs.split()))
    subset = fuzz.token_set_ratio(ours, theirs) if shared >= SHARED_WORDS else 0.0
    return min(99.0, max(full, 0.9 * heads if heads >= SAME_HEAD else 0.0, 0.9 * subset))


def _words(text: str) -> str:
    """Return the words that carry meaning, or all words where none do."""
    words = same_text(text).split()
    return " ".join([word for word in words if word not in _EMPTY_WORDS] or words)


def _number(criterion_id: str) -> int:
    """Return the last number in an id, 0 for an id of another making."""
    match = re.search(r"[0-9]+$", criterion_id)
    return int(match[0]) if match else 0
