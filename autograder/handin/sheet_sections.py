"""Find the items of an answer sheet in what a student made of it.

Students rename, move, copy and delete headings, and write above them and below. So a heading is recognised by what it
says, title or id, in any form, and by the line with the id beneath it; of several candidates for one item the surest
kind wins; and every line of the student ends up in some section, so that no word is lost whatever is recognised.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

ELSEWHERE = ""  # the section of lines that belong to no item

# How surely a line is the heading of an item: "## Main causes (4 points)", the line "`causes`", "### Main causes",
# "## Main cuases", the quoted question.
_BY_POINTS, _BY_ID, _BY_NAME, _BY_LIKENESS, _BY_QUESTION = 5, 4, 3, 2, 1

_POINTS = re.compile(r"[(\[]\s*\d+(?:[.,]\d+)?\s*(?:points?|pts?\.?|marks?)\s*[)\]]", re.IGNORECASE)
_OTHER_POINTS = re.compile(r"\s*[(\[]\s*\d[^()\[\]]*[)\]]\s*$")  # "(4 Punkte)", behind a heading that is known
_ID_LINE = re.compile(r"[\s>*]*(?P<mark>\\?`)?(?P<id>[A-Za-z](?:\w|\\_)*)(?:\\?`)?[\s*]*")
_NUMBERING = re.compile(r"^(?:(?:question|q)\s*)?\d{1,2}\s*[.:)]\s*", re.IGNORECASE)
_UNDERLINE = re.compile(r"^\s*(?:={2,}|-{2,})\s*$")
_FENCE = re.compile(r"^\s*(?P<marks>`{3,}(?!`)|~{3,}(?!~))(?P<info>[^`]*)$")  # all the marks, or every split is tried
LONGEST_HEADING = 120  # characters, points included; the longest of ours has 60; what is longer is prose
_LIKENESS = 0.8  # ratio of difflib: "behaviour" is 0.94 like "behavior"; where two ids are that like, neither is taken


@dataclass(frozen=True)
class GivenHeadings:
    """By what the sections of a sheet are recognised."""

    items: Mapping[str, str]  # by the keys of their titles and ids; the id is the key of an item's sections
    others: Collection[str]  # keys of the other headings, such as "references"
    questions: Mapping[str, str]  # items by the first line of their question, for one that lost its heading


@dataclass(frozen=True)
class Heading:
    """Where the section `key` opens; `own_words` is what the heading holds beyond that of the sheet."""

    line: int
    height: int  # lines that the heading takes, down to the id beneath it; none if it is the question itself
    key: str
    sureness: int
    own_words: str = ""


def plain(line: str) -> str:
    """Return the line without quote marks and with single spaces, for comparison with the lines of the sheet."""
    return " ".join(line.lstrip("> \t").split())


def key_of(heading: str) -> str:
    """Return the words of a heading in lower case, without accents, joined by underscores: the key of its section."""
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", heading) if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "_", letters.casefold()).strip("_")


def split_sections(lines: Sequence[str], given: GivenHeadings) -> Iterator[tuple[str, list[str]]]:
    """Yield (key, lines) of each section, top to bottom; together the lines hold every word of the student's."""
    start, key, own_words = 0, ELSEWHERE, ""
    for heading in _headings(lines, given):
        yield key, [own_words, *lines[start : heading.line]]
        start, key, own_words = heading.line + heading.height, heading.key, heading.own_words
    yield key, [own_words, *lines[start:]]


def _headings(lines: Sequence[str], given: GivenHeadings) -> list[Heading]:
    fenced = _lines_in_fences(lines)
    found: list[Heading] = []
    end = 0
    for number, line in enumerate(lines):
        if number < end:
            continue  # it is the underline or the id of the heading above
        heading = _as_heading(number, lines, given) or _as_id(number, lines, given)
        if heading is None and (item_id := given.questions.get(plain(line))):
            heading = Heading(number, 0, item_id, _BY_QUESTION)
        if heading and (number not in fenced or heading.sureness == _BY_POINTS):
            found.append(heading)
            end = number + heading.height
    surest: dict[str, int] = {}
    for heading in found:
        surest[heading.key] = max(heading.sureness, surest.get(heading.key, 0))
    items = set(given.items.values())
    return [heading for heading in found if heading.sureness == surest[heading.key] or heading.key not in items]


def _as_heading(number: int, lines: Sequence[str], given: GivenHeadings) -> Heading | None:
    """Return the heading that begins on a line, with the id beneath it if there is one."""
    text = lines[number].strip()
    underlined = number + 1 < len(lines) and bool(text) and bool(_UNDERLINE.match(lines[number + 1]))
    heading = _by_its_words(text, underlined, given)
    heading = heading and replace(heading, line=number)
    below = number + 1 + underlined
    while below < min(len(lines), number + 4) and not plain(lines[below]):
        below += 1
    item_id = _id_on(lines[below], given) if below < len(lines) else ""
    if not item_id or not (heading or underlined or text.startswith("#")):
        return heading
    if heading is None:
        return Heading(number, below + 1 - number, item_id, _BY_ID, text.strip("#*` \t"))
    if heading.key == item_id:
        return replace(heading, height=below + 1 - number, sureness=max(heading.sureness, _BY_ID))
    if heading.sureness <= _BY_LIKENESS:
        return replace(heading, height=below + 1 - number, key=item_id, sureness=_BY_ID)
    return heading


def _as_id(number: int, lines: Sequence[str], given: GivenHeadings) -> Heading | None:
    """Return the id of an item that lost its heading; one plain word could be an answer."""
    item_id = _id_on(lines[number], given)
    return Heading(number, 1, item_id, _BY_ID) if item_id and ("`" in lines[number] or "_" in item_id) else None


def _id_on(line: str, given: GivenHeadings) -> str:
    """Return the id of the item that stands alone on a line, nothing if none does."""
    match = _ID_LINE.fullmatch(line) if len(line) <= LONGEST_HEADING else None
    key = key_of(match["id"]) if match else ""
    item_id = given.items.get(key, "")
    return item_id if key_of(item_id) == key else ""


def _by_its_words(text: str, underlined: bool, given: GivenHeadings) -> Heading | None:
    """Return the heading that a line is by what it says, as if it were the first line."""
    text = text.replace("\\_", "_")  # some editors escape the underscores of an id
    hashed = text.startswith("#")
    dressed = hashed or underlined or (text.startswith("**") and text.endswith("**"))
    height = 1 + underlined
    text = text.strip("#*` \t")
    points = _POINTS.search(text[:LONGEST_HEADING])
    label = text[: points.start()] if points else text
    own_words = text[points.end() :].strip("#*`: \t") if points else ""
    if not label or len(label) > LONGEST_HEADING or not (dressed or (points and not own_words)):
        return None
    forms = [label, _NUMBERING.sub("", label), _OTHER_POINTS.sub("", label)]
    keys = [key_of(form) for form in [*forms, _NUMBERING.sub("", forms[-1])]]
    key = next((key for key in keys if key in given.items), "")
    if key and (points or dressed):
        return Heading(0, height, given.items[key], _BY_POINTS if points else _BY_NAME, own_words)
    if keys[1] in given.others and dressed:
        return Heading(0, height, keys[1], _BY_NAME, own_words)
    close = difflib.get_close_matches(keys[1], given.items, n=len(given.items), cutoff=_LIKENESS) if hashed else []
    alike = {given.items[name] for name in close}
    if len(alike) == 1:
        return Heading(0, height, alike.pop(), _BY_LIKENESS, text)
    return Heading(0, height, ELSEWHERE, _BY_LIKENESS, text) if hashed and points else None


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
