"""Search a released tree for words of a model answer or a mark scheme that a prompt, a hint or a docstring repeats.

`leak_scan` finds whole lines. Who writes a prompt after the answer repeats half a sentence of it, in another line. What
says the same in other words no program finds: read the questions once as a student.
"""

import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..course import sheets
from ..course.source_notebook import PROMPT, grade_id
from ..model.assignment import Assignment
from .leak_scan import Leak, as_notebook, cell_name, stripped_lines

# Of the first homework, questions and answers shared four runs of 6 words by chance, and one of 7, which was a leak.
RUN = 7
# Answers of other notebooks than ours repeat their question, and one another's: of them only what is as long counts.
LONG_RUN = 25
# Mathematics and code are of few words, so that questions and answers share them.
_FORMULAS = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")

Phrases = Mapping[tuple[str, ...], str]


def hidden(assignment: Assignment) -> Phrases:
    """Return each run of words of the model answers and mark schemes, and where it stands."""
    found: dict[tuple[str, ...], str] = {}
    for origin, text, run in _hidden_texts(assignment):
        words = _words(text)
        for start in range(len(words) - run + 1):
            found.setdefault(tuple(words[start : start + run]), origin)
    return found


def scan(released_dir: Path, phrases: Phrases) -> list[Leak]:
    """Return where the text of a release repeats hidden words, once for each part of a file and each origin."""
    leaks, long = [], {origin for words, origin in phrases.items() if len(words) == LONG_RUN}
    for path in sorted(path for path in released_dir.rglob("*") if path.is_file()):
        for place, text in _texts(path):
            for origin, words in _repeated(text, phrases).items():
                file = path.relative_to(released_dir).as_posix()
                is_certain = origin not in long
                leaks.append(Leak(file, place, " ".join(words), f"repeats words of the {origin}", is_certain))
    return leaks


def _hidden_texts(assignment: Assignment) -> Iterator[tuple[str, str, int]]:
    """Yield where it stands, the text, and how many words in a row must not be repeated."""
    for name in assignment.sheets:
        for item in assignment.sheet(name).items:
            yield f"model answer of {item.id} in answers/{name}.md", item.model_answer, RUN
            yield f"mark scheme of {item.id} in answers/{name}.md", item.mark_scheme, RUN
    for name in assignment.notebooks:
        cells = assignment.source_notebook(name).cells
        ids = {grade_id(cell) for cell in cells}
        for number, cell in enumerate(cells, start=1):
            if cell.cell_type != "code":
                is_ours = f"{grade_id(cell)}{PROMPT}" in ids or sheets.SCHEME_TAG in cell.metadata.get("tags", [])
                lines = (line for line, _ in stripped_lines(cell, assignment.regions))
                yield f"{cell_name(cell, number)} in {name}.ipynb", "\n".join(lines), RUN if is_ours else LONG_RUN


def _repeated(text: str, phrases: Phrases) -> dict[str, list[str]]:
    """Return by origin the first run of hidden words in a text, as long as it goes on."""
    words, found, end = _words(text), dict[str, list[str]](), dict[str, int]()
    for run in (RUN, LONG_RUN):
        for start in range(len(words) - run + 1):
            origin = phrases.get(tuple(words[start : start + run]))
            if origin and origin not in found:
                found[origin], end[origin] = words[start : start + run], start
            elif origin and end[origin] == start - 1:
                found[origin].append(words[start + run - 1])
                end[origin] = start
    return found


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield place and text of what a student reads in a file: prose, and the comments and docstrings of code."""
    if notebook := as_notebook(path):
        for number, cell in enumerate(notebook["cells"], start=1):
            source = "".join(cell["source"])
            yield cell_name(cell, number), _comments(source) if cell["cell_type"] == "code" else source
    elif path.suffix in (".md", ".py"):
        text = path.read_bytes().decode("utf-8", errors="replace")
        yield ("comments", _comments(text)) if path.suffix == ".py" else ("text", text)


def _comments(source: str) -> str:
    """Return the comments and the texts over several lines of a program; what comes before a syntax error."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and "\n" in token.string):
                found.append(token.string)
    except (tokenize.TokenError, SyntaxError):
        pass  # a cell with a magic or a shell command
    return "\n".join(found)


def _words(text: str) -> list[str]:
    return _WORD.findall(_FORMULAS.sub(" ", text.casefold()))
