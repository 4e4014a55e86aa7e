"""Answer sheets: the real ones are in order, no word of a student's is lost, and rebuilding changes nothing."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

from autograder.course import sheets
from autograder.handin import answer_length, filled_sheet
from autograder.model.errors import ConfigError

ANSWERS = Path(__file__).parent.parent / "answers"
SHEETS = {path.stem: sheets.read_sheet(path) for path in sorted(ANSWERS.glob("*.md"))}
POINTS = {
    "adversarial": {"attacks": 4, "defenses": 4},
    "cbow": {"cbow_structure": 3, "cbow_rare_words": 4},
    "debiasing": {"debias_subspace": 4, "debias_methods": 4},
    "derivations": {"grad_softmax_u": 9, "grad_neg_v": 7, "grad_neg_u": 7, "neg_efficiency": 2},
}
ROOM = 1.3  # who did not write the question needs more words than who did
each_sheet = pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS.keys())
each_item = pytest.mark.parametrize(
    "item", [pytest.param(item, id=item.id) for sheet in SHEETS.values() for item in sheet.items]
)

SMALL = """# Small

Write below the lines.

## attacks (4 points)

> What is the first thing?

**Answer.**

<!-- BEGIN SOLUTION -->
The model answer to the first thing.
<!-- END SOLUTION -->

<!-- BEGIN MARK SCHEME -->
- **3** for one thing.
- **1** for another.
<!-- END MARK SCHEME -->

## grad_v (2 points)

> What is the second thing?
> One formula.

**Answer.**

```formula
dJ/dv_c =
```

<!-- BEGIN SOLUTION -->
The model answer to the second thing.
<!-- END SOLUTION -->

<!-- BEGIN MARK SCHEME -->
- **2** for all of it.
<!-- END MARK SCHEME -->

## References

"""


TITLED = (
    SMALL.replace("> One formula.", "> One formula.\n> At most 30 words.")
    .replace("## attacks (4 points)\n", "## Première cause (4 points)\n\n`attacks`\n")
    .replace("## grad_v (2 points)\n", "## The gradient (2 points)\n`grad_v`\n")
)


def made(folder, text):
    path = folder / "small.md"
    path.write_text(text, encoding="utf-8")
    return sheets.read_sheet(path)


@pytest.fixture
def small(tmp_path):
    return made(tmp_path, SMALL)


@pytest.fixture
def titled(tmp_path):
    return made(tmp_path, TITLED)


def fill(sheet, answers):
    """Return the released sheet with an answer below each line `**Answer.**`."""
    text = sheets.released_text(sheet)
    for item in sheet.items:
        before, heading, after = text.partition(f"## {item.heading} (")
        text = before + heading + after.replace(filled_sheet.ANSWER_MARK, f"**Answer.**\n\n{answers[item.id]}", 1)
    return text


# The four real sheets


def test_real_sheets_have_the_items_and_points_of_the_assignment():
    """Ids, points and their sheets are the contract that gradebook, reports and students rely on."""
    found = {name: {item.id: item.points for item in sheet.items} for name, sheet in SHEETS.items()}

    assert found == POINTS


def test_derivations_have_a_formula_block_to_fill_in_and_a_filled_one_in_the_model_answer():
    """The three gradients are checked by machine first, so their blocks start empty and end filled."""
    sheet = SHEETS["derivations"]
    released = sheets.released_text(sheet)
    for item in sheet.items[:3]:
        assert item.has_formula
        assert filled_sheet.formula_of(sheets.read_filled(sheet, released).answers[item.id]) == ""
        assert filled_sheet.formula_of(item.model_answer).startswith("dJ/d")
    assert [item.id for sheet in SHEETS.values() for item in sheet.items if item.has_formula] == [
        "grad_softmax_u",
        "grad_neg_v",
        "grad_neg_u",
    ]


@each_item
def test_model_answer_keeps_to_the_length_that_is_asked_for(item):
    """What we ask of students can be done: a number of words leaves more room than our own answer needs."""
    asked = answer_length.asked_length(item.question)
    if asked is None:
        assert item.has_formula
        return
    counted = answer_length.count(item.model_answer, asked.unit)

    assert counted * (ROOM if asked.unit == "word" else 1) <= asked.most


@each_item
def test_mark_scheme_says_what_to_accept_and_what_to_refuse(item):
    """Two graders mark alike only if the borderline cases are named."""
    everything = list(item.rubric.everything())

    assert any(entry.accept for entry in everything) or "Accept: " in item.mark_scheme
    assert any(entry.refuse for entry in everything) or "Refuse: " in item.mark_scheme


@each_sheet
def test_release_holds_no_line_of_a_region(sheet):
    """Neither a marker nor a line of 16 significant characters of a model answer or mark scheme gets out."""

    def significant(text):
        return re.sub(r"\W+", "", text).casefold()

    released = sheets.released_text(sheet)
    secrets = [line for item in sheet.items for line in f"{item.model_answer}\n{item.mark_scheme}".split("\n")]

    assert "BEGIN" not in released
    assert "<!--" not in released
    assert [
        line for line in secrets if len(significant(line)) >= 16 and significant(line) in significant(released)
    ] == []


@each_sheet
def test_release_shares_no_long_run_of_words_with_a_model_answer(sheet):
    """A question does not give its answer away: no eight words in a row stand in both."""

    def runs(text):
        words = re.findall(r"\w+", text.casefold())
        return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}

    answers = "\n".join(item.model_answer for item in sheet.items)

    assert runs(sheets.released_text(sheet)) & runs(answers) == set()


@each_sheet
def test_first_line_of_each_question_is_unlike_the_others(sheet):
    """It finds an item whose heading was deleted."""
    first_lines = {item.question.split("\n")[0] for item in sheet.items}

    assert len(first_lines) == len(sheet.items)


@each_sheet
def test_untouched_sheet_reads_as_empty(sheet):
    """A student who hands in the template has answered nothing, and nothing of it counts as found elsewhere."""
    filled = sheets.read_filled(sheet, sheets.released_text(sheet))

    assert all(map(filled_sheet.is_empty, filled.answers.values()))
    assert (filled.references, filled.elsewhere) == ("", "")


@each_sheet
def test_model_answers_survive_the_round_trip(sheet):
    """What is written into the space of an item comes back as its answer, formula included."""
    answers = {item.id: item.model_answer for item in sheet.items}

    filled = sheets.read_filled(sheet, fill(sheet, answers) + "\n[1] A book.\n")

    for item in sheet.items:
        assert filled.answers[item.id].startswith(item.model_answer)
        assert filled_sheet.formula_of(filled.answers[item.id]) == filled_sheet.formula_of(item.model_answer)
    assert (filled.references, filled.elsewhere) == ("[1] A book.", "")


# Sheets that are not in order


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("# Small", "Small", "first line"),
        ("## attacks (4 points)", "## attacks (4)", "<N> points"),
        ("## grad_v (2 points)", "## attacks (2 points)", "each id once"),
        (
            "- **1** for another.\n",
            "",
            "line 16, mark scheme of attacks: '**3** for one thing.' is the first of points that sum to 3",
        ),
        (
            "- **3** for one thing.\n- **1** for another.\n",
            "As you like.\n",
            "line 16: the mark scheme of attacks has no",
        ),
        (
            "for another.",
            "for another. [formula]",
            "line 16, mark scheme of attacks: '**3** for one thing.' begins a scheme",
        ),
        (
            "for all of it.",
            "for all of it.\n- **-3** for a slip",
            "line 37, mark scheme of grad_v: '**-3** for a slip'",
        ),
        ("**Answer.**\n\n<!-- BEGIN SOL", "<!-- BEGIN SOL", "attacks there must be"),
        ("<!-- END SOLUTION -->\n\n<!-- BEGIN MARK SCHEME -->\n- **3**", "- **3**", "attacks there must be"),
        ("The model answer to the first thing.\n", "", "has no model_answer"),
        ("> What is the first thing?\n", "", "has no question"),
        ("Write below", "<!-- BEGIN SOLUTION -->\nWrite below", "only under items"),
        ("## References\n", "## References\n<!-- END SOLUTION -->\n", "must be"),
    ],
)
def test_malformed_sheet_is_refused_with_its_fault(tmp_path, old, new, told):
    """The instructor reads which item of which file is wrong, before anything is released."""
    with pytest.raises(ConfigError, match=re.escape(told)):
        made(tmp_path, SMALL.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("`attacks`", "attacks", "below '## Première cause (4 points)' there must be the id of the item"),
        ("`attacks`", "`first-cause`", "below '## Première cause (4 points)' there must be the id of the item"),
        ("`attacks`", "`grad_v`", "each id once"),
        ("The gradient", "Premiere  Cause!", "'Premiere  Cause!' of grad_v is also the title of attacks"),
        ("The gradient", "Attacks", "'Attacks' of grad_v is the id of attacks"),
        ("Première cause", "grad_v", "'grad_v' of attacks is the id of grad_v"),
        ("The gradient", "References", "by the title 'References' the answer to grad_v would not be found"),
        ("The gradient", "Small", "by the title 'Small' the answer to grad_v would not be found"),
        ("The gradient", "???", "by the title '???' the answer to grad_v would not be found"),
        ("The gradient", "Why (2 points) of it", "by the title 'Why (2 points) of it'"),
        ("The gradient", "long " * 30 + "title", "the answer to grad_v would not be found"),
        ("- **2** for all of it.", "- **1** for it.", "line 40, mark scheme of grad_v"),
    ],
)
def test_title_by_which_no_answer_would_be_found_is_refused(tmp_path, old, new, told):
    """A title belongs to one item, and the id stands beneath it."""
    with pytest.raises(ConfigError, match=re.escape(told)):
        made(tmp_path, TITLED.replace(old, new, 1))


def test_title_and_id_are_those_of_the_item(titled, small):
    """Pages show the title; a heading in the old form is title and id."""
    assert [(item.id, item.heading, item.points) for item in titled.items] == [
        ("attacks", "Première cause", 4),
        ("grad_v", "The gradient", 2),
    ]
    assert [(item.id, item.heading) for item in small.items] == [("attacks", "attacks"), ("grad_v", "grad_v")]
    assert titled.items[0].question == small.items[0].question
    assert sheets.to_notebook(titled, None).cells[0].source.startswith("## Première cause (4 points)\n\n> What")


# What students make of a sheet

ANSWERED = """# Small

## attacks (4 points)

> What is the first thing?

**Answer.** first words

## grad_v (2 points)

> What is the second thing?
> One formula.

**Answer.**

```formula
dJ/dv_c = 2 v_c
```

second words
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("\n", "\r\n"),
        ("\n", "\r"),
        ("# Small", "\ufeff# Small"),
        ("## attacks (4 points)", "### Attacks"),
        ("## attacks (4 points)", "**attacks (4 points)**"),
        ("## attacks (4 points)", "attacks (4 points)"),
        ("## attacks (4 points)", "Attacks\n======="),
        ("## attacks (4 points)", "## 1. `attacks` (4 pts):"),
        ("## attacks (4 points)", "##attacks(4 points)##"),
        ("## grad_v (2 points)", "# GRAD\\_V [2 Points]"),
        ("## attacks (4 points)\n", ""),
        ("> What is the first thing?\n", ""),
        ("> What is the first thing?", "What is the   first thing?"),
        ("**Answer.** first words", "first words\n\n**Answer.**"),
        ("**Answer.** first words", "first words"),
        ("## grad_v (2 points)", "## References\n\n## grad_v (2 points)"),
        ("```\n\nsecond", "\nsecond"),
    ],
)
def test_answers_are_found_in_a_damaged_sheet(small, old, new):
    """Line ends, byte order marks, restyled or deleted headings and moved lines cost nothing."""
    filled = sheets.read_filled(small, ANSWERED.replace(old, new))

    assert filled.answers["attacks"].strip() == "first words"
    assert filled.answers["grad_v"].endswith("second words")
    assert filled_sheet.formula_of(filled.answers["grad_v"]) == "dJ/dv_c = 2 v_c"
    assert (filled.references, filled.elsewhere) == ("", "")


TITLED_ANSWERED = ANSWERED.replace("## attacks (4 points)\n", "## Première cause (4 points)\n\n`attacks`\n").replace(
    "## grad_v (2 points)\n", "## The gradient (2 points)\n`grad_v`\n"
)
FIRST = "## Première cause (4 points)\n\n`attacks`\n"
SECOND = "## The gradient (2 points)\n`grad_v`\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("\n", "\r\n"),
        (FIRST, "## attacks (4 points)\n"),
        (FIRST, "### Attacks\n"),
        (FIRST, "## Première cause (4 points)\n"),
        (FIRST, "## Premie\u0300re cause (4 points)\n"),
        (FIRST, "## PREMIERE CAUSE\n"),
        (FIRST, "## 1. Premiere cause (4 Punkte)\n"),
        (FIRST, "Première cause\n---\n\n`attacks`\n"),
        (FIRST, "`attacks`\n"),
        (FIRST, "## Première cause (4 points)\nattacks\n"),
        (FIRST, "> ## Première cause (4 points)\n>\n> \\`attacks\\`\n"),
        (FIRST, "`ATTACKS`\n"),
        (FIRST, ""),
        ("> What is the first thing?", "> Was ist das Erste?"),
        ("> One formula.", "> One formula.\n> At most 20 words."),
        (SECOND, "## The gradient (2 points)\n"),
        (SECOND, "**The gradient (2 points)**\n\n`grad_v`\n"),
        (SECOND, "## The gradient (2 points)\n\n\n**grad\\_v**\n"),
        (SECOND, "grad_v\n"),
        (SECOND, ""),
    ],
)
def test_answers_are_found_by_title_or_id(titled, old, new):
    """In sheets of last year, and where heading or id was restyled, translated in part or deleted."""
    filled = sheets.read_filled(titled, TITLED_ANSWERED.replace(old, new))

    assert filled.answers["attacks"].replace("> Was ist das Erste?", "").strip() == "first words"
    assert filled.answers["grad_v"].endswith("second words")
    assert filled_sheet.formula_of(filled.answers["grad_v"]) == "dJ/dv_c = 2 v_c"
    assert (filled.references, filled.elsewhere) == ("", "")
    assert filled.without_heading == set()


@pytest.mark.parametrize("heading", ["## Steigung (2 Punkte)", "## Steigung (2 points)", "Steigung\n====="])
def test_translated_heading_is_understood_by_the_id_beneath_and_kept(titled, heading):
    """Nothing but the id is left of what the sheet said."""
    text = TITLED_ANSWERED.replace(SECOND, f"{heading}\n\n`grad_v`\n").replace("> What is the second thing?\n", "")

    filled = sheets.read_filled(titled, text)

    assert filled.answers["attacks"].strip() == "first words"
    assert filled.answers["grad_v"].startswith("Steigung")
    assert filled.answers["grad_v"].endswith("second words")
    assert filled.elsewhere == ""


def test_id_or_title_inside_an_answer_opens_nothing(titled):
    """The surest heading of an item wins: the sheet's own, with its points."""
    own = "As in\n\n`grad_v`\n\n### The gradient\n\nfirst words"

    filled = sheets.read_filled(titled, TITLED_ANSWERED.replace("first words", own))

    assert filled.answers["attacks"].split() == ["As", "in", "###", "The", "gradient", "first", "words"]
    assert filled.answers["grad_v"].endswith("second words")


def test_one_plain_word_is_an_answer_though_it_is_an_id(titled):
    """Only in backticks, or with an underscore, is a line without a heading an id."""
    text = TITLED_ANSWERED.replace(FIRST, "").replace("second words", "second words\n\nattacks")

    assert sheets.read_filled(titled, text).answers["grad_v"].endswith("second words\n\nattacks")


def test_misspelt_heading_is_understood_and_kept(small):
    """A guess is shown with what it was made from."""
    filled = sheets.read_filled(small, ANSWERED.replace("## attacks (4 points)", "## Atacks"))

    assert filled.answers["attacks"].split() == ["Atacks", "first", "words"]


def test_subheading_with_the_name_of_an_item_stays_in_the_answer(small):
    """The heading with points is the item's; a student's own "Attacks" inside another answer is text."""
    filled = sheets.read_filled(small, ANSWERED.replace("second words", "### Attacks\n\nsecond words"))

    assert filled.answers["attacks"].strip() == "first words"
    assert filled.answers["grad_v"].endswith("### Attacks\n\nsecond words")


def test_code_comment_is_no_heading(small):
    """`# attacks` inside a code fence belongs to the code."""
    code = "```python\n# grad_v\nx = 1\n```"

    filled = sheets.read_filled(
        small, ANSWERED.replace("first words", f"\n\n{code}").replace("## grad_v (2 points)", "## grad_v")
    )

    assert filled.answers["attacks"].strip() == code


def test_item_that_stands_twice_keeps_both_answers(small):
    """A copied item is joined, in the order of the sheet."""
    filled = sheets.read_filled(small, ANSWERED + "\n## attacks (4 points)\n\n**Answer.**\n\nthird words\n")

    assert filled.answers["attacks"].split() == ["first", "words", "third", "words"]


def test_text_outside_the_items_is_found_elsewhere(small):
    """Words above the first item, or under a heading with points that is no item, are shown to a person."""
    text = ANSWERED.replace("# Small\n", "# Small\n\nstray words\n") + "\n## bonus (5 points)\n\nmore words\n"

    filled = sheets.read_filled(small, text)

    assert filled.elsewhere.split() == ["stray", "words", "bonus", "(5", "points)", "more", "words"]


def test_free_text_is_found_elsewhere(small):
    """A file that is no sheet at all loses nothing."""
    filled = sheets.read_filled(small, "I answered on paper.")

    assert filled.elsewhere == "I answered on paper."
    assert all(map(filled_sheet.is_empty, filled.answers.values()))


def test_table_of_the_student_keeps_its_ruler():
    """The line |---|---| of the sheet's own table is not taken for the sheet's in an answer."""
    sheet = SHEETS["derivations"]
    table = "| a | b |\n|---|---|\n| 1 | 2 |"

    filled = sheets.read_filled(sheet, fill(sheet, {item.id: table for item in sheet.items}))

    assert all(table in answer for answer in filled.answers.values())


DAMAGE = st.sampled_from(
    [
        "drop",
        "repeat",
        "swap",
        "cut heading",
        "lower",
        "upper",
        "deeper",
        "no points",
        "quote",
        "unquote",
        "append",
        "fence",
    ]
)


def damaged(lines, kind, where, other):
    """Return the lines with one accident of editing, which never removes a word that is the student's."""
    where, other = where % len(lines), other % len(lines)
    line = lines[where]
    own = "studentword" in line
    if kind == "drop" and not own:
        return lines[:where] + lines[where + 1 :]
    if kind == "repeat":
        return [*lines[:where], line, *lines[where:]]
    if kind == "swap":
        lines = list(lines)
        lines[where], lines[other] = lines[other], lines[where]
        return lines
    if kind == "fence":
        return [*lines[:where], "```", *lines[where:]]
    changed = {
        "cut heading": line if own else line.removeprefix("##"),
        "lower": line.lower(),
        "upper": line.upper() if not own else line,
        "deeper": "##" + line,
        "no points": line if own else line.partition("(")[0],
        "quote": "> " + line,
        "unquote": line.lstrip("> "),
        "append": line + " studentword999",
    }.get(kind, line)
    return [*lines[:where], changed, *lines[where + 1 :]]


@settings(deadline=None)  # a busy machine is no failure
@given(
    name=st.sampled_from(sorted(SHEETS)),
    places=st.lists(st.integers(0, 200), min_size=1, max_size=8),
    accidents=st.lists(st.tuples(DAMAGE, st.integers(0, 200), st.integers(0, 200)), max_size=12),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
)
@example(name="derivations", places=[60, 61], accidents=[("fence", 40, 0), ("no points", 55, 0)], newline="\r\n")
def test_no_word_of_a_student_is_lost(name, places, accidents, newline):
    """Whatever happens to the lines of a sheet, every word added to it is in the notebook that a person reads."""
    sheet = SHEETS[name]
    lines = sheets.released_text(sheet).split("\n")
    for number, place in enumerate(places):
        lines.insert(place % (len(lines) + 1), f"studentword{number} writes")
    for kind, where, other in accidents:
        lines = damaged(lines, kind, where, other)
    text = newline.join(lines)
    written = sorted(re.findall(r"studentword\d+", text))

    filled = sheets.read_filled(sheet, text)
    kept = "\n".join([*filled.answers.values(), filled.references, filled.elsewhere])
    shown = "\n".join(cell.source for cell in sheets.to_notebook(sheet, text).cells)

    assert sorted(re.findall(r"studentword\d+", kept)) == written
    assert sorted(re.findall(r"studentword\d+", shown)) == written


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet="ab#>*_`~=-|(). \n\r\t\ufeff", max_size=200))
def test_any_text_is_read_without_an_exception(text):
    """A sheet is hostile input; reading it and showing it never raises."""
    for sheet in SHEETS.values():
        nbformat.validate(sheets.to_notebook(sheet, text))


# Formulas and emptiness


@pytest.mark.parametrize(
    ("answer", "formula"),
    [
        ("no block", None),
        ("```formula\n\n```", ""),
        ("```formula\nv_c\n```", "v_c"),
        ("~~~ Formula\n a = b \n~~~\n", "a = b"),
        ("  ```formula\n  x\n  ```", "x"),
        ("```formula\n```\ntext\n```formula\ny\n```", "y"),
        ("```formula\nx = 1\n\nnever closed", "x = 1"),
        ("```formula\nsum_k(\n u_k)\n```", "sum_k(\n u_k)"),
    ],
)
def test_formula_is_the_text_of_its_block(answer, formula):
    """Fences of either kind, indented, doubled or left open."""
    assert filled_sheet.formula_of(answer) == formula


@pytest.mark.parametrize(
    ("answer", "empty"),
    [
        ("", True),
        (" \n\n> \n", True),
        ("**Answer.**", True),
        ("```formula\n\n```", True),
        ("```formula\ndJ/dv_c = v_c\n```", False),
        ("```formula\ndJ/dv_c =\n\nwords in a block that was never closed", False),
        ("```formula\nmy words =\n```", False),
        ("?", False),
        ("é", False),
    ],
)
def test_only_an_empty_answer_is_empty(answer, empty):
    """An untouched space is empty; a single sign of the student's is not."""
    assert filled_sheet.is_empty(answer) is empty


@pytest.mark.parametrize(
    ("old", "new", "formula"),
    [
        ("", "", ""),
        ("\nloss =\n", "\n  loss  = \n\n", ""),
        ("\nloss =\n", "\ndJ/dv_c =\n", "dJ/dv_c ="),
        ("\nloss =\n", "\nloss = 2\n", "loss = 2"),
        ("```\n", "```\n\n```formula\nloss = 3\n```\n", "loss = 3"),
    ],
    ids=["as given", "blanks", "another left-hand side", "filled in", "filled in below"],
)
def test_a_formula_block_is_untouched_when_it_reads_as_in_the_sheet(tmp_path, old, new, formula):
    """Whatever the sheet writes into it, and whatever blanks a student adds."""
    text = "# A sheet\n\n## a (1 point)\n\n> What is it?\n\n**Answer.**\n\n```formula\nloss =\n```\n\n"
    regions = "<!-- BEGIN SOLUTION -->\nm\n<!-- END SOLUTION -->\n\n"
    regions += "<!-- BEGIN MARK SCHEME -->\n- **1** m\n<!-- END MARK SCHEME -->\n"
    (tmp_path / "a.md").write_text(text + regions)
    sheet = sheets.read_sheet(tmp_path / "a.md")
    answer = sheets.read_filled(sheet, sheets.released_text(sheet).replace(old, new, 1)).answers["a"]

    assert filled_sheet.formula_of(answer) == formula
    assert filled_sheet.is_empty(answer) is not bool(formula)


# Notebooks


@each_sheet
def test_notebook_is_valid_for_nbgrader_and_the_same_every_time(sheet):
    """The grade ids are the item ids, and rebuilding gives not one different byte."""
    text = fill(sheet, {item.id: "my answer" for item in sheet.items}) + "\nmy source\n"
    notebook = sheets.to_notebook(sheet, text)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        MetadataValidator().validate_cell(cell)
    graded = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }

    assert graded == POINTS[sheet.name]
    assert [cell.id for cell in notebook.cells[:3]] == [
        f"{sheet.items[0].id}{end}" for end in ("_question", "_scheme", "")
    ]
    assert notebook.cells[-1].id == "references"
    assert nbformat.writes(notebook) == nbformat.writes(sheets.to_notebook(sheet, text))


@each_sheet
def test_empty_answer_has_the_checksum_of_the_source(sheet):
    """Nbgrader gives an unchanged cell 0 at once; one with an answer waits for a person."""
    source = {cell.id: compute_checksum(cell) for cell in sheets.to_notebook(sheet, None).cells}
    first = sheet.items[0]
    released = sheets.released_text(sheet)
    written = released.replace(f"{filled_sheet.ANSWER_MARK}\n", f"{filled_sheet.ANSWER_MARK}\n\nMy own words.\n", 1)

    assert changed_cells(sheets.to_notebook(sheet, released), source) == []
    assert changed_cells(sheets.to_notebook(sheet, written), source) == [first.id]


def changed_cells(notebook, checksums):
    return [cell.id for cell in notebook.cells if compute_checksum(cell) != checksums[cell.id]]


@each_sheet
def test_model_answer_and_mark_scheme_stand_in_tagged_cells_only(sheet):
    """Release and feedback drop cells tagged mark-scheme; nothing of them may stand anywhere else."""
    for cell in sheets.to_notebook(sheet, None).cells:
        tagged = "mark-scheme" in cell.metadata.get("tags", [])
        assert tagged == cell.id.endswith("_scheme")
        assert tagged == ("**Mark scheme**" in cell.source)


@each_sheet
def test_no_heading_takes_the_id_of_a_score_box(sheet):
    """Formgrader finds its inputs by `#<grade_id>`; a heading of that text would come first and take the score."""
    stolen = "\n\n".join(f"# {item.id}\n\n{item.id}\n===\n\n> ## {item.id}-comment" for item in sheet.items)
    notebook = sheets.to_notebook(sheet, fill(sheet, {item.id: stolen for item in sheet.items}) + f"\n{stolen}")
    ids = {
        tag["id"]
        for cell in notebook.cells
        for tag in BeautifulSoup(markdown2html_mistune(cell.source), "html.parser").find_all(id=True)
    }

    assert {key for key in ids for item in sheet.items if key.startswith(item.id) and "points" not in key} == set()
