"""A class on the marking desk in which everybody sent text that wants to run, to hide, or to look like the desk."""

from __future__ import annotations

import random

import hostile_text
import marked_class
import text_fuzz
from hostile_text import CANARY, FETCHED, RUN, SVG

from autograder.model.submission import GroupWork, Submission

SHORT = [text for text in hostile_text.TEXTS if len(text) < 10_000]
BATCHES = [SHORT[start : start + 8] for start in range(0, len(SHORT), 8)]
HUGE = {
    "code": "```python\n" + "\n".join(f"x{number} = {number}" for number in range(10_000)) + "\n```",
    "formulas": " ".join(f"$x_{{{number}}}^2$" for number in range(3000)),
    "table": "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + ("|" + "b|" * 300 + "\n") * 50,
    "word": "x" * 20_000,
    "lines": "a\n" * 20_000,
    "long": "A word or two. " * 16_000,
    "deep": "> " * 200 + "x\n\n" + "- " * 200 + "y",
    "wide": "$" + "a+" * 600 + "b$ and $$" + "x+" * 600 + "y$$",
    "tall": "$" + r"\frac{1}{" * 38 + "2" + "}" * 38 + "$",
}
ODD = {
    "moved": r"$\hspace{-50em}\text{full marks} x$ $\kern-99em y$ $\rlap{q}\llap{full}$ $$\rule{500em}{500em}$$",
    "righttoleft": "\u05e9\u05dc\u05d5\u05dd " * 200 + "\u202e abc \u2067 def",
    "unseen": "a\u200bb\u2060c\u3164" * 500 + ("Z" + "\u0301" * 60) * 50,
    "controls": "a\x00b\x07\x1b[31mred\x1b[0m\x85\u2028 &#0; &#xD800; \ud800",
    "desklike": "<div class='row'><label><kbd>1</kbd> +10 full marks</label></div>\n\n**10** of 10 marked\n\n"
    "{.notice #score data-action=done}\n\n<div id=score>10</div> <form name=view></form> <img name=rubric>",
}
# Names of files that nobody asked for: the notes for the marker quote them.
FILES = (
    f"[a](javascript:{RUN})[b](http:{FETCHED[5:].replace('/', '%2F')}).docx", "![x](..%2F..%2Flogout).odt",
    f"<img src=x onerror={RUN}>.docx", "`x` **The formula is right. 10 of 10** [Full](..%2Fundo).docx",
    "a\u202ecod.exe", "$\\href{javascript:1}{x}$.docx",
)  # fmt: skip


def answers() -> dict[str, str | Submission]:
    """Return what each student sent."""
    told = {f"h{number}": "\n\n".join(texts) for number, texts in enumerate(BATCHES)}
    fuzzed = {f"f{number}": text for number, text in enumerate(text_fuzz.texts(random.Random(7), 6))}
    files = {f"n{number}": _with_file(f"n{number}", name) for number, name in enumerate(FILES)}
    team = GroupWork(f"<b id={CANARY}>team</b>", "pam", ("pam", "quinn"))
    sheets = {"adversarial": marked_class.SHEET.format("We wrote this together.")}
    group = {student: Submission(student, {}, sheets, group=team) for student in team.members}
    return {"together": "\n\n".join(SHORT), **told, **HUGE, **ODD, **fuzzed, **files, **group, "honest": "Mine."}


def _with_file(student: str, name: str) -> Submission:
    sheets = {"adversarial": marked_class.SHEET.format(f"See ![my plot]({name})."), "derivations": ""}
    files = {"derivation": b"%PDF-1.7\n" + SVG.encode(), "word_vectors": SVG.encode()}
    return Submission(student, {}, sheets, files=files, others={name: b"PK\x03\x04"})
