"""Mark schemes: the markdown in which a rubric is written.

- `- **2** for ...` earns points, `- **-1** for ...` takes them off, `- **at most 2** if ...` is a cap on the item.
- Nested bullets with points are the parts of a point; their points sum to those of the point.
- `Accept: ...; ...` and `Refuse: ...; ...`, nested under a bullet, belong to it, and are never shown to students.
- `[formula]` in a point says that the formula check decides it, `[sign]` in a deduction that it is the one for a
  wrong sign.
- Text at the margin is a note for the marker, about the whole item.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NoReturn

from ..model.errors import ConfigError
from ..model.rubric import MOST_ROWS, Criterion, Kind, Rubric, exact_sum
from .rubric_blocks import Block, blocks, entries, names_points, said_points, sorted_lines

FORMULA_TAG, SIGN_TAG = "formula", "sign"
EXAMPLES = "'- **2** for ...', '- **-1** for ...' or '- **at most 2** if ...'"
QUOTED = 60  # characters of a line in a message

_TAG = re.compile(rf" ?\[({FORMULA_TAG}|{SIGN_TAG})\]", re.IGNORECASE)


def read(
    item_id: str, most: float, markdown: str, *, has_formula: bool = True, place: str = "", first_line: int = 1
) -> Rubric:
    """Return the rubric that a mark scheme says; one without any bullet has notes only.

    Args:
        item_id: Id of the item.
        most: Its points.
        markdown: The mark scheme.
        has_formula: Whether there is a formula that can be checked.
        place: File, and cell, for messages.
        first_line: Number that the first line has there.

    Raises:
        ConfigError: It is not in order; the text names the item and the line.
    """
    reader = _Reader(item_id, most, place)
    return reader.rubric(blocks(markdown, first_line), has_formula)


def write(rubric: Rubric) -> str:
    """Return the mark scheme of a rubric, which `read` understands."""
    bullets = [line for criterion in rubric.criteria for line in _written(criterion, indent="")]
    return "\n\n".join(filter(None, ["\n".join(bullets), *rubric.notes]))


class _Reader:
    """Turns the blocks of one scheme into a rubric, and refuses what has no clear meaning."""

    def __init__(self, item_id: str, most: float, place: str) -> None:
        self.item_id, self.most, self.place = item_id, most, place

    def rubric(self, found: Sequence[Block], has_formula: bool) -> Rubric:
        """Return the rubric; `found` are the bullets and paragraphs at the margin."""
        criteria: list[Criterion] = []
        notes: list[Block] = []
        bullets: list[Block] = []
        for block in found:
            if not block.is_bullet or block.verdict:
                self._refuse_note(block, under=bullets)
                notes.append(block)
                continue
            for note in notes:
                if note.verdict:
                    self._refuse(note, "stands before a point: indent it under its point, or move it to the end")
            bullets.append(block)
            criteria.append(self._criterion(block, str(len(criteria) + 1)))
        rubric = Rubric(self.item_id, self.most, tuple(criteria), tuple(note.text for note in notes if note.text))
        if bullets:
            self._refuse_points(bullets[0], criteria, self.most, "is the first of points", "the item has")
            self._refuse_rows(bullets[0], rubric)
            self._refuse_tags(bullets[0], rubric, has_formula)
        return rubric

    def _criterion(self, block: Block, own_id: str, parent: Criterion | None = None) -> Criterion:
        own, verdicts = sorted_lines(block)
        criterion = self._head(block, own, own_id)
        if parent and criterion.kind is not Kind.POINTS:
            self._refuse(
                block, "stands under a point: a deduction or a cap is about the item, so begin it at the margin"
            )
        parts: list[Criterion] = []
        part_blocks = [nested for nested in block.nested if not nested.verdict]
        verdicts += [(nested.verdict, entry) for nested in block.nested if nested.verdict for entry in entries(nested)]
        if part_blocks and (parent or criterion.kind is not Kind.POINTS):
            self._refuse(part_blocks[0], "is nested too deep: only points have parts, and parts have none")
        for nested in part_blocks:
            parts.append(self._criterion(nested, f"{own_id}.{len(parts) + 1}", criterion))
        if parts:
            self._refuse_points(block, parts, criterion.points, "has parts", "is itself worth")
        by_verdict = {
            word: tuple(entry for verdict, entry in verdicts if verdict == word) for word in ("accept", "refuse")
        }
        return replace(criterion, parts=tuple(parts), accept=by_verdict["accept"], refuse=by_verdict["refuse"])

    def _head(self, block: Block, text: str, own_id: str) -> Criterion:
        """Return what the bullet itself says: kind, points, text and tag."""
        said = said_points(text)
        if said is None:
            self._refuse(block, f"has no points that can be read: begin it as in {EXAMPLES}")
        kind, points, rest = said
        tags = [tag.lower() for tag in _TAG.findall(rest)]
        own = _TAG.sub("", rest).strip()
        if not own:
            self._refuse(block, "says no reason: write after the points what they are for")
        if points == 0 and kind is not Kind.CAP:
            self._refuse(block, "is worth 0 points: give a number above 0, or make it an Accept or a Refuse")
        if kind is Kind.DEDUCTION and points > self.most:
            self._refuse(block, f"takes off more than the {self.most:g} points of the item: give a smaller number")
        if kind is Kind.CAP and points >= self.most:
            self._refuse(block, f"limits nothing, as the item has {self.most:g} points: give a smaller number")
        wanted = {Kind.POINTS: FORMULA_TAG, Kind.DEDUCTION: SIGN_TAG}.get(kind)
        if tags and tags != [wanted]:
            self._refuse(block, f"has a wrong tag: a point may have one [{FORMULA_TAG}], a deduction one [{SIGN_TAG}]")
        return Criterion(own_id, kind, points, own, by_formula=bool(tags))

    def _refuse_points(self, block: Block, criteria: Iterable[Criterion], whole: float, *words: str) -> None:
        """Refuse points that do not sum to the whole, and two with one text; `words` say what has the points."""
        criteria = list(criteria)
        points = exact_sum(entry.points for entry in criteria if entry.kind is Kind.POINTS)
        if points != whole:
            several, one = words
            self._refuse(block, f"{several} that sum to {points:g}, but {one} {whole:g}: make them agree")
        seen: set[tuple[Kind, str]] = set()
        for entry in criteria:
            if (key := (entry.kind, same_text(entry.text))) in seen:
                self._refuse(block, f"is followed by two that say '{_short(entry.text)}': say how they differ")
            seen.add(key)

    def _refuse_rows(self, block: Block, rubric: Rubric) -> None:
        if len(rubric.rows) > MOST_ROWS:
            self._refuse(
                block,
                f"begins {len(rubric.rows)} rows, but only {MOST_ROWS} have a key when marking: join some of them",
            )

    def _refuse_tags(self, block: Block, rubric: Rubric, has_formula: bool) -> None:
        """Refuse tags of the formula check that can have no effect, or more than one."""
        tagged = {
            tag: [entry for entry in rubric.everything() if entry.by_formula and entry.kind is kind]
            for kind, tag in ((Kind.POINTS, FORMULA_TAG), (Kind.DEDUCTION, SIGN_TAG))
        }
        for tag, several in tagged.items():
            if several and not has_formula:
                self._refuse(
                    block, f"begins a scheme with [{tag}], but there is no formula to check: leave the tag out"
                )
            if len(several) > 1:
                self._refuse(block, f"begins a scheme with several [{tag}]: leave the tag at one of them")
        if tagged[SIGN_TAG] and not tagged[FORMULA_TAG]:
            self._refuse(block, f"begins a scheme with [{SIGN_TAG}] only: write [{FORMULA_TAG}] at the result's points")

    def _refuse_note(self, block: Block, under: Sequence[Block]) -> None:
        """Refuse text at the margin that was meant to be something else."""
        if (
            block.verdict
            and not block.is_bullet
            and block.indent >= 2
            and (not under or block.indent > under[0].indent)
        ):
            self._refuse(block, "is indented under nothing: put it under the bullet of its point, or at the margin")
        for line in block.text.split("\n"):
            if names_points(line):
                self._refuse(block, f"names points outside a bullet: begin it as in {EXAMPLES}")
        for nested in block.nested:
            if not block.verdict or not entries(nested):
                self._refuse(nested, "is nested under text that is no point: begin it at the margin")

    def _refuse(self, block: Block, problem: str) -> NoReturn:
        place = f"{self.place}, " if self.place else ""
        said = _short(block.text)
        raise ConfigError(f"{place}line {block.line}, mark scheme of {self.item_id}: '{said}' {problem}.")


def same_text(text: str) -> str:
    """Return a text without what makes no difference to a reader: case, spaces and punctuation around words."""
    return " ".join(re.findall(r"[^\s.,;:!?*_`]+", text.casefold()))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else line[:QUOTED].rstrip() + "..."


def _written(criterion: Criterion, indent: str) -> Iterator[str]:
    sign = {Kind.POINTS: "", Kind.DEDUCTION: "-", Kind.CAP: "at most "}[criterion.kind]
    tag = f" [{SIGN_TAG if criterion.kind is Kind.DEDUCTION else FORMULA_TAG}]" if criterion.by_formula else ""
    first, *more = criterion.text.split("\n")
    yield f"{indent}- **{sign}{criterion.points:g}**{tag} {first}"
    yield from (f"{indent}  {line}".rstrip() for line in more)
    for part in criterion.parts:
        yield from _written(part, indent + "  ")
    for word, cases in (("Accept", criterion.accept), ("Refuse", criterion.refuse)):
        if cases:
            yield f"{indent}  - {word}: {'; '.join(cases)}."
