"""Find the items of an answer sheet in what a student made of it.

Students rename, move, copy and delete headings, and write above them and below. So a heading is recognised by what it
says, in any form; of several candidates for one item the surest kind wins; and every line of the student ends up
in some section, so that no word is lost whatever is recognised.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

ELSEWHERE = ""  # the section of lines that belong to no item

# How surely a line is the heading of an item: "## causes (4 points)", "### Causes", "## cuases", the quoted question.
_BY_POINTS, _BY_NAME, _BY_LIKENESS, _BY_QUESTION = 4, 3, 2, 1

_POINTS = re.compile(r"[(\[]\s*\d+(?:[.,]\d+)?\s*(?:points?|pts?\.?|marks?)\s*[)\]]", re.IGNORECASE)
_NUMBERING = re.compile(r"^(?:(?:question|q)\s*)?\d{1,2}\s*[.:)]\s*", re.IGNORECASE)
_UNDERLINE = re.compile(r"^\s*(?:={2,}|-{2,})\s*$")
_FENCE = re.compile(r"^\s*(?P<marks>`{3,}(?!`)|~{3,}(?!~))(?P<info>[^`]*)$")  # all the marks, or every split is tried
_LONGEST_HEADING = 120  # characters, the longest of ours has 60; what is longer is prose
_LIKENESS = 0.8  # ratio of difflib: "behaviour" is 0.94 like "behavior"; where two ids are that like, neither is taken


@dataclass(frozen=True)
class Heading:
    """Where the section `key` opens; `own_words` is what the heading holds beyond that of the sheet."""

    line: int
    height: int  # lines that the heading takes: two if it is underlined, none if it is the question itself
    key: str
    sureness: int
    own_words: str = ""


def plain(line: str) -> str:
    """Return the line without quote marks and with single spaces, for comparison with the lines of the sheet."""
    return " ".join(line.lstrip("> \t").split())


def key_of(heading: str) -> str:
    """Return the words of a heading in lower case, joined by underscores: the key of its section."""
    return re.sub(r"[\W_]+", "_", heading.casefold()).strip("_")


def split_sections(
    lines: Sequence[str], ids: Sequence[str], others: Sequence[str], questions: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield (key, lines) of each section, top to bottom; together the lines hold every word of the student's.

    Args:
        lines: The student's sheet.
        ids: Items of the sheet; each is the key of its sections.
        others: Keys of the other headings of the sheet, such as "references".
        questions: First line of each item's question, as `plain` gives it: it finds an item that lost its heading.
    """
    start, key, own_words = 0, ELSEWHERE, ""
    for heading in _headings(lines, ids, others, questions):
        yield key, [own_words, *lines[start : heading.line]]
        start, key, own_words = heading.line + heading.height, heading.key, heading.own_words
    yield key, [own_words, *lines[start:]]


def _headings(
    lines: Sequence[str], ids: Sequence[str], others: Sequence[str], questions: Mapping[str, str]
) -> list[Heading]:
    fenced = _lines_in_fences(lines)
    by_question = {first_line: item_id for item_id, first_line in questions.items()}
    found: list[Heading] = []
    for number, line in enumerate(lines):
        next_line = lines[number + 1] if number + 1 < len(lines) else ""
        heading = _as_heading(number, line, bool(_UNDERLINE.match(next_line)), ids, others)
        if heading is None and plain(line) in by_question:
            heading = Heading(number, 0, by_question[plain(line)], _BY_QUESTION)
        if heading and (number not in fenced or heading.sureness == _BY_POINTS):
            found.append(heading)
    surest: dict[str, int] = {}
    for heading in found:
        surest[heading.key] = max(heading.sureness, surest.get(heading.key, 0))
    return [heading for heading in found if heading.sureness == surest[heading.key] or heading.key not in ids]


def _as_heading(number: int, line: str, underlined: bool, ids: Sequence[str], others: Sequence[str]) -> Heading | None:
    text = line.strip().replace("\\_", "_")  # some editors escape the underscores of an id
    hashed = text.startswith("#")
    dressed = hashed or underlined or (text.startswith("**") and text.endswith("**"))
    height = 1 + underlined
    text = text.strip("#*` \t")
    points = _POINTS.search(text[:_LONGEST_HEADING])
    label = text[: points.start()] if points else text
    own_words = text[points.end() :].strip("#*`: \t") if points else ""
    if not label or len(label) > _LONGEST_HEADING or not (dressed or (points and not own_words)):
        return None
    key = key_of(_NUMBERING.sub("", label))
    known = {key_of(item_id): item_id for item_id in ids}
    if key in known and (points or dressed):
        return Heading(number, height, known[key], _BY_POINTS if points else _BY_NAME, own_words)
    if key in others and dressed:
        return Heading(number, height, key, _BY_NAME, own_words)
    alike = difflib.get_close_matches(key, known, n=2, cutoff=_LIKENESS) if hashed else []
    if len(alike) == 1:
        return Heading(number, height, known[alike[0]], _BY_LIKENESS, text)
    return Heading(number, height, ELSEWHERE, _BY_LIKENESS, text) if hashed and points else None


def _lines_in_fences(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines inside code fences that are closed again."""
    inside: set[int] = set()
    opened, marks = -1, ""
    for number, line in enumerate(lines):
        match = _FENCE.match(line)
        if not match:
            continue
        if opened < 0:
            opened, marks = number, match["marks"]
        elif match["marks"].startswith(marks) and not match["info"].strip():
            inside.update(range(opened, number + 1))
            opened = -1
    return inside
