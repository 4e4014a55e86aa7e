"""Mark schemes: the markdown in which a rubric is written.

- `- **2** for ...` earns points, `- **-1** for ...` takes them off, `- **at most 2** if ...` is a cap on the item.
- Nested bullets with points are the parts of a point; their points sum to those of the point.
- `Accept: ...; ...` and `Refuse: ...; ...`, nested under a bullet, belong to it, and are never shown to students.
- `[formula]` in a point says that the formula check decides it, `[sign]` in a deduction that it is the one for a
  wrong sign.
- Text at the margin is a note for the marker, about the whole item.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from ..model.errors import ConfigError
from ..model.rubric import MOST_ROWS, Criterion, Kind, Rubric, exact_sum

FORMULA_TAG, SIGN_TAG = "formula", "sign"
EXAMPLES = "'- **2** for ...', '- **-1** for ...' or '- **at most 2** if ...'"
QUOTED = 60  # characters of a line in a message

_BULLET = re.compile(r"(?P<indent> *)(?:[-*+]|[0-9]{1,2}[.)]) +(?P<text>.*)|(?P<empty> *)[-*+]")
_FENCE = re.compile(r"`{3,}(?![^`]*`)|~{3,}|\$\$(?=\s*$)")
_NUMBER = r"(?P<sign>[-−–]|minus |deduct )?(?P<cap>at most )?\+?(?P<points>[0-9]{1,4}(?:\.[0-9]{1,2})?)"
_POINTS = re.compile(_NUMBER + r"( ?(?:points?|pts?\.?))?:?", re.IGNORECASE)
_BOLD_HEAD = re.compile(r"(?P<mark>\*\*|__) *(?P<points>[^*_\n]*?) *(?P=mark):? *(?P<text>.*)", re.DOTALL)
_PLAIN_HEAD = re.compile(r"(?P<points>[^:\n]{1,20} points?): +(?P<text>.*)", re.DOTALL | re.IGNORECASE)
_VERDICT = re.compile(r"(?:\*\*|__|\b)?(?P<word>Accept|Refuse)\b:?(?:\*\*|__)?:? *")
_VERDICT_INSIDE = re.compile(r" (?=(?:\*\*|__)?(?:Accept|Refuse)(?:\*\*|__)?:)")
_TAG = re.compile(rf" ?\[({FORMULA_TAG}|{SIGN_TAG})\]", re.IGNORECASE)
# A semicolon parts two entries, unless it stands in mathematics, code, quotation marks or brackets.
_ENTRY_END = re.compile(r'\$\$?[^$]*\$\$?|`[^`]*`|"[^"]*"|“[^”]*”|\((?:[^()]|\([^()]*\))*\)|(?P<end>;)')


@dataclass
class _Block:
    """A bullet with what is nested in it, or a paragraph at the margin."""

    line: int
    indent: int
    lines: list[str]
    is_bullet: bool = False
    nested: list["_Block"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return textwrap.dedent("\n".join(self.lines)).strip()

    @property
    def verdict(self) -> str:
        """Accept or Refuse, if that is what the block says; else nothing."""
        match = _VERDICT.match(self.text)
        return match["word"].lower() if match else ""


def read(item_id: str, most: float, markdown: str, *, place: str = "", first_line: int = 1) -> Rubric:
    """Return the rubric that a mark scheme says; one without any bullet has notes only.

    Args:
        item_id: Id of the item.
        most: Its points.
        markdown: The mark scheme.
        place: File, and cell, for messages.
        first_line: Number that the first line has there.

    Raises:
        ConfigError: It is not in order; the text names the item and the line.
    """
    return _Reader(item_id, most, place).rubric(_blocks(markdown, first_line))


def write(rubric: Rubric) -> str:
    """Return the mark scheme of a rubric, which `read` understands."""
    bullets = [line for criterion in rubric.criteria for line in _written(criterion, indent="")]
    return "\n\n".join(filter(None, ["\n".join(bullets), *rubric.notes]))


def _blocks(markdown: str, first_line: int) -> list[_Block]:
    """Return the bullets and paragraphs at the margin, in order."""
    found: list[_Block] = []
    path: list[_Block] = []  # the bullet that the next line may belong to, and those around it
    fence, after_blank = "", False
    for number, raw in enumerate(markdown.splitlines(), start=first_line):
        line = raw.expandtabs(4).rstrip()
        indent = len(line) - len(line.lstrip())
        bullet = None if fence else _BULLET.fullmatch(line)
        opens = _FENCE.match(line.strip())
        if not line or fence:
            (path or found or [_Block(0, 0, [])])[-1].lines.append(line)
        elif bullet:
            while path and (not path[-1].is_bullet or indent < path[-1].indent + 2):
                path.pop()
            block = _Block(number, indent, [" " * indent + (bullet["text"] or "")], is_bullet=True)
            (path[-1].nested if path else found).append(block)
            path.append(block)
        else:
            path = _holders(path, indent, line, after_blank)
            if not path:
                path = [_Block(number, indent, [])]
                found.append(path[0])
            path[-1].lines.append(line)
        if fence:
            fence = "" if line.strip().startswith(fence) else fence
        elif opens:
            fence = opens[0]
        after_blank = not line
    return found


def _holders(path: list[_Block], indent: int, line: str, after_blank: bool) -> list[_Block]:
    """Return the bullet that a line of text belongs to, with those around it; nothing for a new paragraph."""
    if _names_points(line.strip()):  # a bullet that lost its mark: it is refused as a paragraph
        return []
    goes_on = not after_blank and not _VERDICT.match(line.strip())
    if path and goes_on and (not path[-1].is_bullet or indent <= path[0].indent):
        return path
    return [block for block in path if block.is_bullet and block.indent < indent]


class _Reader:
    """Turns the blocks of one scheme into a rubric, and refuses what has no clear meaning."""

    def __init__(self, item_id: str, most: float, place: str) -> None:
        self.item_id, self.most, self.place = item_id, most, place

    def rubric(self, blocks: Sequence[_Block]) -> Rubric:
        criteria: list[Criterion] = []
        notes: list[_Block] = []
        bullets: list[_Block] = []
        for block in blocks:
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
            self._refuse_points(bullets[0], criteria, self.most, "the item")
            self._refuse_rows(bullets, rubric)
        return rubric

    def _criterion(self, block: _Block, own_id: str, parent: Criterion | None = None) -> Criterion:
        own, verdicts = _sorted_lines(block)
        criterion = self._head(block, own, own_id)
        if parent and criterion.kind is not Kind.POINTS:
            self._refuse(
                block, "stands under a point: a deduction or a cap is about the item, so begin it at the margin"
            )
        parts: list[Criterion] = []
        part_blocks = [nested for nested in block.nested if not nested.verdict]
        verdicts += [(nested.verdict, entry) for nested in block.nested if nested.verdict for entry in _entries(nested)]
        if part_blocks and (parent or criterion.kind is not Kind.POINTS):
            self._refuse(part_blocks[0], "is nested too deep: only points have parts, and parts have none")
        for nested in part_blocks:
            parts.append(self._criterion(nested, f"{own_id}.{len(parts) + 1}", criterion))
        if parts:
            self._refuse_points(block, parts, criterion.points, "the point")
        by_verdict = {
            word: tuple(entry for verdict, entry in verdicts if verdict == word) for word in ("accept", "refuse")
        }
        return replace(criterion, parts=tuple(parts), accept=by_verdict["accept"], refuse=by_verdict["refuse"])

    def _head(self, block: _Block, text: str, own_id: str) -> Criterion:
        """Return what the bullet itself says: kind, points, text and tag."""
        head = _BOLD_HEAD.match(text) or _PLAIN_HEAD.match(text)
        said = _POINTS.fullmatch(head["points"]) if head else None
        if head is None or said is None or (said["sign"] and said["cap"]):
            self._refuse(block, f"has no points that can be read: begin it as in {EXAMPLES}")
        points = float(said["points"])
        kind = Kind.DEDUCTION if said["sign"] else Kind.CAP if said["cap"] else Kind.POINTS
        tags = [tag.lower() for tag in _TAG.findall(head["text"])]
        own = _TAG.sub("", head["text"]).strip()
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

    def _refuse_points(self, block: _Block, criteria: Iterable[Criterion], whole: float, name: str) -> None:
        criteria = list(criteria)
        points = exact_sum(entry.points for entry in criteria if entry.kind is Kind.POINTS)
        if points != whole:
            what = "points" if name == "the item" else "parts"
            self._refuse(block, f"begins {what} that sum to {points:g}, but {name} has {whole:g}: make them agree")
        seen: set[tuple[Kind, str]] = set()
        for entry in criteria:
            if (key := (entry.kind, same_text(entry.text))) in seen:
                self._refuse(block, f"is followed by two that say '{_short(entry.text)}': say how they differ")
            seen.add(key)

    def _refuse_rows(self, bullets: Sequence[_Block], rubric: Rubric) -> None:
        if len(rubric.rows) > MOST_ROWS:
            self._refuse(
                bullets[0],
                f"begins {len(rubric.rows)} rows, but only {MOST_ROWS} have a key when marking: join some of them",
            )
        for kind, tag in ((Kind.POINTS, FORMULA_TAG), (Kind.DEDUCTION, SIGN_TAG)):
            tagged = [entry for entry in rubric.everything() if entry.by_formula and entry.kind is kind]
            if len(tagged) > 1:
                self._refuse(bullets[0], f"is one of several with [{tag}]: leave the tag at one of them")

    def _refuse_note(self, block: _Block, under: Sequence[_Block]) -> None:
        """Refuse text at the margin that was meant to be something else."""
        if (
            block.verdict
            and not block.is_bullet
            and block.indent >= 2
            and (not under or block.indent > under[0].indent)
        ):
            self._refuse(block, "is indented under nothing: put it under the bullet of its point, or at the margin")
        for line in block.text.split("\n"):
            if _names_points(line):
                self._refuse(block, f"names points outside a bullet: begin it as in {EXAMPLES}")
        for nested in block.nested:
            if not block.verdict or not _entries(nested):
                self._refuse(nested, "is nested under text that is no point: begin it at the margin")

    def _refuse(self, block: _Block, problem: str) -> NoReturn:
        place = f"{self.place}, " if self.place else ""
        said = _short(block.text)
        raise ConfigError(f"{place}line {block.line}, mark scheme of {self.item_id}: '{said}' {problem}.")


def _names_points(line: str) -> bool:
    head = _BOLD_HEAD.match(line)
    return bool(head and _POINTS.fullmatch(head["points"]))


def same_text(text: str) -> str:
    """Return a text without what makes no difference to a reader: case, spaces and punctuation around words."""
    return " ".join(re.findall(r"[^\s.,;:!?*_`]+", text.casefold()))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else line[:QUOTED].rstrip() + "..."


def _sorted_lines(block: _Block) -> tuple[str, list[tuple[str, str]]]:
    """Return the text of a bullet, and (accept or refuse, entry) of what is said in its own lines."""
    first, *rest = block.lines
    text = "\n".join([first.strip(), textwrap.dedent("\n".join(rest))]).strip()
    own: list[str] = []
    verdicts: list[tuple[str, list[str]]] = []
    for line in _VERDICT_INSIDE.sub("\n", text).split("\n"):
        if match := _VERDICT.match(line.strip()):
            verdicts.append((match["word"].lower(), [line.strip()[match.end() :]]))
        else:
            (verdicts[-1][1] if verdicts else own).append(line)
    found = [(word, entry) for word, lines in verdicts for entry in _split_entries(" ".join(lines))]
    return "\n".join(own).strip(), found


def _entries(block: _Block) -> list[str]:
    """Return what a bullet with Accept or Refuse lists, on its line or in bullets of its own."""
    text = " ".join(block.text.split())
    match = _VERDICT.match(text)
    own = _split_entries(text[match.end() if match else 0 :])
    return [*own, *(entry for nested in block.nested for entry in _entries(nested))]


def _split_entries(text: str) -> list[str]:
    ends = [match.start() for match in _ENTRY_END.finditer(text) if match["end"]]
    pieces = [text[start + 1 : end] for start, end in zip([-1, *ends], [*ends, len(text)], strict=True)]
    return [entry for piece in pieces if (entry := re.sub(r"(?<!\.)\.$", "", " ".join(piece.split())))]


def _written(criterion: Criterion, indent: str) -> Iterator[str]:
    sign = {Kind.POINTS: "", Kind.DEDUCTION: "-", Kind.CAP: "at most "}[criterion.kind]
    tag = f" [{SIGN_TAG if criterion.kind is Kind.DEDUCTION else FORMULA_TAG}]" if criterion.by_formula else ""
    first, *more = criterion.text.split("\n")
    yield f"{indent}- **{sign}{criterion.points:g}**{tag} {first}"
    yield from (f"{indent}  {line}".rstrip() for line in more)
    for part in criterion.parts:
        yield from _written(part, indent + "  ")
    for word, entries in (("Accept", criterion.accept), ("Refuse", criterion.refuse)):
        if entries:
            yield f"{indent}  - {word}: {'; '.join(entries)}."
