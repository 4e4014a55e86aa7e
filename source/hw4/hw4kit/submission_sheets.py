"""Look at the answer sheets: answers there, not too long, formulas right, sources cited.

A sheet says itself what is asked: what stands between the heading of an item and its line **Answer.** is the question,
and what follows, up to the next heading of the sheet, is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import formula
from . import submission_rules as rules
from .answer_length import too_long
from .submission_files import decoded
from .submission_rules import HINT, MUST, Finding

ANSWER = re.compile(r"^[ \t>]*\*\*Answer\.\*\*", re.MULTILINE)
FORMULA = re.compile(
    r"^[ \t>]*(`{3,}|~{3,})[ \t]*\{?\.?formula\}?[ \t]*\n(?P<body>.*?)(?:^[ \t>]*\1[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
REFERENCES = re.compile(r"^#{1,6}\s+References\s*$", re.IGNORECASE | re.MULTILINE)
ASKS_FOR_REFERENCES = re.compile(r"^\s*cite\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One item of a filled sheet; `question` is None where the line **Answer.** is gone."""

    question: str | None
    text: str

    @property
    def formula(self) -> str | None:
        """The first formula block with something behind its equals sign; None where there is no block."""
        bodies = [match["body"].strip() for match in FORMULA.finditer(self.text)]
        filled = (body for body in bodies if not re.fullmatch(r"(?:dJ\s*/\s*d\w+\s*=)?\s*", body))
        return next(filled, "") if bodies else None

    @property
    def words(self) -> str:
        """What was written beside the formula block."""
        return FORMULA.sub("", self.text).strip(" \t\n>#*_`~-=")


def sheet_findings(name: str, data: bytes, has_pdf: bool) -> Iterator[Finding]:
    """Yield what is wrong with one sheet.

    Args:
        name: Its path, as answers/cbow.md.
        data: The file.
        has_pdf: Whether steps of derivations are handed in on paper.
    """
    text, encoding = decoded(data)
    if encoding:
        yield Finding(HINT, name, f"it is saved as {encoding}, not as UTF-8: save it again with that encoding.")
    sheet = name.removeprefix("answers/").removesuffix(".md")
    for item in rules.ITEMS[sheet]:
        answer = find_answer(text, item, rules.ITEMS[sheet])
        where = f"{name}, {item}"
        if answer is None:
            heading = f"## {item} (... points)"
            yield Finding(MUST, where, f'its heading is gone, or there twice: put back the line "{heading}".')
        elif answer.question is None:
            yield Finding(MUST, where, "the line **Answer.** is gone: put it back above your answer.")
        elif item in formula.ITEMS:
            yield from _derivation(where, item, answer, has_pdf)
        elif not answer.words:
            yield Finding(MUST, where, "there is no answer: write it below the line **Answer.**")
        if answer and answer.question is not None:
            if not answer.question.strip():
                gone = "the question above the answer is gone: put it back, as it says how much to write."
                yield Finding(HINT, where, gone)
            if sentence := too_long(answer.question, answer.text):
                yield Finding(MUST, where, sentence)
    if ASKS_FOR_REFERENCES.search(text.split(f"## {rules.ITEMS[sheet][0]}")[0]):
        found = REFERENCES.search(text)
        if not found or not re.search(r"\w", text[found.end() :]):
            yield Finding(HINT, name, 'nothing stands under "References": cite what you read, or write "none".')


def _derivation(where: str, item: str, answer: Answer, has_pdf: bool) -> Iterator[Finding]:
    result = formula.check(item, answer.formula)
    diagnosis = result.diagnosis.rstrip(".")
    if result.status == "wrong":
        yield Finding(MUST, where, f"the formula is not right yet. {diagnosis}.")
    elif result.status == "undecided":
        yield Finding(HINT, where, f"the formula could not be checked. {diagnosis}; see the notation on the sheet.")
    elif result.status == "empty":
        text = "there is no formula: write it into the block that opens with ```formula, behind its equals sign"
        steps = "" if answer.words or has_pdf else ", and the steps below it"
        yield Finding(HINT if has_pdf else MUST, where, f"{text}{steps}.")
    if result.status != "empty" and not answer.words and not has_pdf:
        text = f"there are no steps: write them below the formula, or add them on paper as {rules.DERIVATION}."
        yield Finding(MUST, where, text)


def find_answer(text: str, item: str, items: tuple[str, ...]) -> Answer | None:
    """Return the answer to an item, None if its heading is not there exactly once.

    Args:
        text: A filled sheet.
        item: Which.
        items: All items of the sheet, at whose headings an answer ends.
    """
    names = "|".join(map(re.escape, items)).replace("_", r"\\?_")
    heading = re.compile(rf"^##[ \t]+(?P<item>{names})[ \t]*\([\d.]+ points?\)[ \t]*$", re.MULTILINE)
    found = list(heading.finditer(text))
    own = [match for match in found if match["item"].replace("\\", "") == item]
    if len(own) != 1:
        return None
    ends = [match.start() for match in found] + [match.start() for match in REFERENCES.finditer(text)]
    body = text[own[0].end() : min((end for end in ends if end > own[0].start()), default=len(text))]
    mark = ANSWER.search(body)
    return Answer(body[: mark.start()], body[mark.end() :]) if mark else Answer(None, body)
