"""Is a prompt found that repeats part of an answer, in another line and with other signs between the words?"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
import small_course
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course.assignment import load
from autograder.model.errors import ConfigError
from autograder.nbgrader import phrase_scan, release

SECRET = "The softmax sums over all words while negative sampling touches only a few of them."
PHRASES = {
    tuple(words[start : start + phrase_scan.RUN]): "model answer"
    for words in [phrase_scan._words(SECRET)]
    for start in range(len(words) - phrase_scan.RUN + 1)
}


def leaks(folder: Path) -> list[str]:
    return [str(leak) for leak in phrase_scan.scan(folder, PHRASES)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "Remember: *sums over all words,\nwhile negative* `x` sampling touches more."),
        ("kit.py", '"""Sums over all words while\nnegative sampling does less."""\n'),
        ("kit.py", "x = 1  # sums over all words while negative\n# sampling is cheap\n"),
    ],
)
def test_a_repeated_phrase_is_found(tmp_path: Path, name: str, text: str):
    """However it is broken, set or wrapped in a comment."""
    (tmp_path / name).write_text(text)

    assert len(leaks(tmp_path)) == 1
    assert "sums over all words while negative sampling" in leaks(tmp_path)[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "The softmax sums over all words, and negative sampling touches only a few."),
        ("README.md", f"`{SECRET}`"),
        ("kit.py", f'WORDS = "{SECRET}"\n'),
        ("data.txt", SECRET),
    ],
)
def test_other_texts_are_no_leak(tmp_path: Path, name: str, text: str):
    """Six words in a row happen by chance; code is of few words; data are data."""
    (tmp_path / name).write_text(text)

    assert leaks(tmp_path) == []


def test_cells_of_a_notebook_are_named(tmp_path: Path):
    """The instructor finds the cell; a cell with a magic ends no scan."""
    cells = [new_markdown_cell(SECRET, id="hint"), new_code_cell(f"# {SECRET}", id="code"), new_code_cell("!ls '")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "one.ipynb")

    assert [leak.split(": ")[0] for leak in leaks(tmp_path)] == ["one.ipynb, cell 1", "one.ipynb, cell 2"]


def test_a_leak_in_other_lines_stops_the_release(tmp_path: Path):
    """It says which answer is given away, and where."""
    course = small_course.make(tmp_path / "course")
    answer = load(course).sheet("derivations").items[0].model_answer
    words = " ".join(phrase_scan._words(answer)[: phrase_scan.RUN])
    readme = course / "source" / "hw4" / "README.md"
    readme.write_text(f"{readme.read_text()}\n{words.replace(' ', chr(10), 3)}\n")

    with pytest.raises(ConfigError, match=r"README\.md, text: repeats words of the model answer of"):
        release.build(course, course / "release" / "hw4")
