"""Read an answer sheet that was filled in: what was written under which item, and what is wrong with it.

The sheet itself says what is asked: under each heading `## <title> (<N> points)` are the id of the item in backticks,
the question, the line `**Answer.**` and a space to write in, which may hold a ```formula block. A heading without an
id beneath it is the id itself.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .answer_length import too_long, without_code
from .sheet_sections import ELSEWHERE, GivenHeadings, key_of, plain, split_sections

ANSWER_MARK = "**Answer.**"
REFERENCES = "references"  # key of the section where students cite
MISSING = "This sheet was not handed in."
EMPTY = "The answer is empty."
UNTOUCHED = "The answer is empty: it contains only the text of the sheet."
STEPS_ON_PAPER = "There are no steps on the sheet: see the pages of the PDF."
ON_PAPER = "The answer is empty: see the pages of the PDF."
NO_STEPS = "There is a formula, but no steps, and no PDF."
NO_REFERENCES = "No references are given, neither at the end of the sheet nor in an answer."
NO_HEADING = "The heading of this item is not on the sheet: its answer may stand under another one, or at the end."
OUTSIDE = "Text was found outside the answers: see the end of this sheet."

LONGEST = 40_000  # characters in which a citation is looked for; 180 words have 1,200
FORMULA = re.compile(
    r"^[ \t>]*(?P<marks>`{3,}|~{3,})[ \t]*\{?\.?formula\}?[ \t]*\n(?P<body>.*?)(?:^[ \t>]*(?P=marks)[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
ITEM_HEADING = re.compile(
    r"^## (?P<title>[^\n]*\S) \((?P<points>\d+(?:\.\d+)?) points?\)[ \t]*\n"
    r"(?:\s*^`(?P<id>[A-Za-z][A-Za-z0-9_]*)`[ \t]*\n)?",
    re.MULTILINE,
)
_ITEM = re.compile(
    ITEM_HEADING.pattern + r"(?P<question>.*?)^\*\*Answer\.\*\*\n(?P<space>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE
)
_NUMBER = re.compile(r"\d+")
_CITATION = re.compile(
    r"\[\d{1,2}(?:\s*[,;-]\s*\d{1,2})*\]|\bet al\b|\(\s*(?:19|20)\d\d[a-z]?\s*\)|\barxiv\b|\bdoi\b|https?://|\bwww\."
    r"|\b[^\W\d_]{1,40},? (?:19|20)\d\d[a-z]?\)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Question:
    """What one item of a sheet asks."""

    id: str
    title: str  # its heading without the points
    text: str
    space: str  # what is there to write in

    @property
    def has_formula(self) -> bool:
        """Whether the answer ends in a formula."""
        return bool(FORMULA.search(self.space))


@dataclass(frozen=True)
class Form:
    """An answer sheet as students get it, without model answers."""

    name: str
    text: str

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The items, in order."""
        found = _ITEM.finditer(self.text)
        return tuple(Question(m["id"] or m["title"], m["title"], m["question"].strip(), m["space"]) for m in found)

    @cached_property
    def headings(self) -> GivenHeadings:
        """What finds the items, and the rest, in a student's copy."""
        items = {key_of(name): item.id for item in self.questions for name in (item.title, item.id)}
        first_lines = {plain(item.text.split("\n")[0]): item.id for item in self.questions}
        return GivenHeadings(items, self.others, first_lines)

    @cached_property
    def released(self) -> frozenset[str]:
        """All lines, to recognise them in a student's copy."""
        return frozenset(map(plain, self.text.split("\n")))

    @cached_property
    def asking(self) -> frozenset[str]:
        """Lines of questions, which may stand among an answer."""
        given = [f"{ANSWER_MARK}\n`{item.id}`\n{item.text}" for item in self.questions]
        lines = {plain(line) for text in given for line in text.split("\n")}
        lines = {line for line in lines if any(map(str.isalnum, line))}  # "|---|---|" is in answers too
        return frozenset(lines | {_NUMBER.sub("#", line) for line in lines})

    @cached_property
    def formulas(self) -> frozenset[str]:
        """What the formula blocks to fill in hold, without blanks."""
        return frozenset(_compact(block) for item in self.questions for block in FORMULA.finditer(item.space))

    @cached_property
    def others(self) -> tuple[str, ...]:
        """Keys of the headings that belong to no item."""
        return tuple(key_of(line) for line in self.text.split("\n") if re.match("#+ (?!.*points?\\))", line))

    @cached_property
    def wants_references(self) -> bool:
        """Whether the introduction asks to cite."""
        introduction = self.text.split(f"## {self.questions[0].title} (")[0]
        return re.search(r"^\s*cite\b", introduction, re.IGNORECASE | re.MULTILINE) is not None


@dataclass(frozen=True)
class Filled:
    """What a student wrote in a sheet, as it was written: nothing here is safe to show (see `safe_markdown`)."""

    answers: Mapping[str, str]  # every item of the sheet has an entry; "" where nothing was found
    references: str = ""
    elsewhere: str = ""  # words under no item: a person must see them
    without_heading: frozenset[str] = frozenset()  # items of which neither heading nor question was found


@lru_cache(maxsize=64)  # a sheet is asked for when it comes in, and five times when it is recorded a dozen later
def read_filled(form: Form, text: str) -> Filled:
    """Sort a student's sheet into answers. Never raises, and every word that is not the sheet's own is in the result.

    Args:
        form: The sheet as it was given.
        text: What the student handed in, decoded: any line ends, with or without a byte order mark.
    """
    ids = [item.id for item in form.questions]
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")

    found: dict[str, list[str]] = {key: [] for key in [*ids, REFERENCES, ELSEWHERE]}
    without_heading = {*ids}
    for key, part in split_sections(lines, form.headings):
        without_heading.discard(key)
        words = _without_given_formulas(_without(part, form.asking if key in ids else form.released), form.formulas)
        if not is_empty(words) or (key in ids and not found[key]):  # an untouched space is kept once
            found[key if key in found else ELSEWHERE].append(words)
    joined = {key: "\n\n".join(parts) for key, parts in found.items()}
    answers = {item_id: joined[item_id] for item_id in ids}
    return Filled(answers, joined[REFERENCES], joined[ELSEWHERE], frozenset(without_heading))


def _without(lines: list[str], template: Collection[str]) -> str:
    """Return the lines that are not the template's; an answer behind `**Answer.**` on one line with it is kept."""
    kept = [line for line in lines if not plain(line) or not _is_given(line, template)]
    kept = [line.replace(ANSWER_MARK, "", 1) if plain(line).startswith(ANSWER_MARK) else line for line in kept]
    return "\n".join(kept).strip("\n")


def _is_given(line: str, template: Collection[str]) -> bool:
    """Return whether a line is the sheet's, or a line of a question with other numbers, as an older sheet has it."""
    return plain(line) in template or (line.lstrip().startswith(">") and _NUMBER.sub("#", plain(line)) in template)


def _without_given_formulas(answer: str, given: Collection[str]) -> str:
    """Return the answer with empty formula blocks in the place of those that are as the sheet has them."""
    parts, end = [], 0
    for block in FORMULA.finditer(answer):
        if _compact(block) in given:
            parts += [answer[end : block.start("body")], "\n"]
            end = block.end("body")
    return "".join([*parts, answer[end:]])


def _compact(block: re.Match[str]) -> str:
    return "".join(block["body"].split())


def is_empty(answer: str) -> bool:
    """Return whether one of `Filled.answers` holds nothing of the student's: an empty block, blanks, bare markup."""
    rest = FORMULA.sub(lambda match: match[0] if match["body"].strip() else "", answer)
    rest = rest.replace(ANSWER_MARK, "")
    return not rest.strip(" \t\n>#*_`~-=")


def formula_of(answer: str) -> str | None:
    """Return the text of the ```formula block, "" if that is empty, None if there is no block.

    Of several blocks the first one that is filled in counts. Use it on `Filled.answers`, before anything is escaped.
    """
    bodies = [_formula_body(match) for match in FORMULA.finditer(answer)]
    return next((body for body in bodies if body), "") if bodies else None


def _formula_body(block: re.Match[str]) -> str:
    body = block["body"].strip()
    if not block[0].rstrip().endswith(block["marks"]):  # never closed: the formula ends at the first blank line
        body = re.split(r"\n[ \t]*\n", body)[0]
    return body


def hints(form: Form, text: str | None, *, on_paper: Collection[str] = ()) -> Mapping[str, tuple[str, ...]]:
    """Return the hints on each item of a sheet, for the student and later the marker, most important first.

    Args:
        form: The sheet as it was given.
        text: What the student handed in; None if the sheet is missing.
        on_paper: Ids of the items whose answers or steps may be in a PDF that was handed in.
    """
    if text is None:
        in_pdf = {item.id: STEPS_ON_PAPER if item.has_formula else ON_PAPER for item in form.questions}
        return {item: (hint if item in on_paper else MISSING,) for item, hint in in_pdf.items()}
    filled = read_filled(form, text)
    there = {plain(line) for line in text.splitlines()}
    found = {
        item.id: tuple(_item_hints(item, filled.answers[item.id], item.id in on_paper, there))
        for item in form.questions
    }
    empty = {item.id for item in form.questions if is_empty(filled.answers[item.id])} - {*on_paper}
    if empty != filled.answers.keys() or filled.elsewhere:  # somewhere words are found
        found |= {item: (*found[item], NO_HEADING) for item in sorted(empty & filled.without_heading)}
    if filled.elsewhere:
        found |= {item: (*found[item], OUTSIDE) for item in sorted(empty - filled.without_heading)}
    about_the_sheet = [OUTSIDE] if filled.elsewhere and not empty else []
    if form.wants_references and not _has_references(filled):
        about_the_sheet.append(NO_REFERENCES)
    first = form.questions[0].id
    return found | {first: (*found[first], *about_the_sheet)}


def _item_hints(item: Question, answer: str, on_paper: bool, there: Collection[str]) -> Iterator[str]:
    if item.has_formula and not without_code(answer).strip() and (on_paper or not is_empty(answer)):
        yield STEPS_ON_PAPER if on_paper else NO_STEPS
    elif is_empty(answer) and on_paper:
        yield ON_PAPER
    elif is_empty(answer):
        yield UNTOUCHED if plain(item.text.split("\n")[0]) in there else EMPTY
    elif hint := too_long(item.text, answer):
        yield hint


def _has_references(filled: Filled) -> bool:
    """Return whether something is cited, or nothing is there for which it could be."""
    answers = [answer for answer in filled.answers.values() if not is_empty(answer)]
    return bool(filled.references) or not answers or any(_CITATION.search(answer[:LONGEST]) for answer in answers)
