"""What can be wrong with a homework: how to make it so, what the student reads, and what the grader would say."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import finished_homework
import pdf_files
from finished_homework import cell, edit
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

ONE, TWO = "hw4_partI.ipynb", "hw4_partII.ipynb"
Change = Callable[[Path], object]


@dataclass(frozen=True)
class Defect:
    """One thing that is wrong, what the student reads about it, and what the grader would say."""

    name: str
    change: Change
    says: str  # "must" or "hint", the file, and a part of the sentence, as "must hw4_partI.ipynb: is missing"
    grader: str = ""  # what intake or the reading of the notebook says of the same files, zipped by hand


def rename(name: str, to: str) -> Change:
    return lambda folder: (folder / name).rename(folder / to)


def remove(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


def put(name: str, data: bytes | str) -> Change:
    content = data.encode() if isinstance(data, str) else data
    return lambda folder: (folder / name).write_bytes(content)


def swap(name: str, old: str, new: str, count: int = 1) -> Change:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, count), encoding="utf-8")

    return change


def in_notebook(name: str, change: Callable[[NotebookNode], object]) -> Change:
    return lambda folder: edit(folder / name, change)


def in_cell(name: str, grade_id: str, **values: object) -> Change:
    return in_notebook(name, lambda notebook: cell(notebook, grade_id).update(values))


def in_json(name: str, change: Callable[[dict], object]) -> Change:
    def apply(folder: Path) -> None:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        change(content)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")

    return apply


def in_answer(sheet: str, item: str, text: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / "answers" / f"{sheet}.md"
        whole = path.read_text(encoding="utf-8")
        start = whole.index("**Answer.**", whole.index(f"`{item}`")) + len("**Answer.**")
        path.write_text(f"{whole[:start]}\n\n{text}\n{whole[whole.index('## ', start) :]}", encoding="utf-8")

    return change


def both(*changes: Change) -> Change:
    return lambda folder: [change(folder) for change in changes]


def printed(text: str, error: bool = False) -> list[NotebookNode]:
    return [new_output("error", ename="ValueError", evalue=text) if error else new_output("stream", text=text)]


def minutes(expression: str) -> Change:
    return in_cell(TWO, "word_vectors_solution", source=f"def run_time_minutes():\n    return {expression}")


def block(formula: str) -> str:
    return f"Steps.\n```formula\n{formula}\n```"


def added(source: str) -> Callable[[NotebookNode], object]:
    return lambda notebook: notebook.cells.append(new_code_cell(source, execution_count=1000))


def half(folder: Path) -> None:
    data = (folder / ONE).read_bytes()
    (folder / ONE).write_bytes(data[: len(data) // 2])


PDF = pdf_files.pages()
LONG_PDF = b"%PDF-1.7\n" + b"1 0 obj << /Type /Pages /Count 21 >>\n" + b"<< /Type /Page >>\n" * 21 + b"%%EOF\n"
OTHER_PLOT = finished_homework.plot(seed=1)[0]
WORDS = "word " * 200
WON = "5,616 steps in 2.0 minutes, 22 ms each; seed 4.\nMean losses of the last 100 steps: D 0.004, G 9.000.\n"
STOPPED = "19,536 words, so 40,000 iterations.\nTraining took 5.0 minutes (2,000 iterations, seed 18739)\n"

NAMES_AND_SIZES = (
    Defect("no_notebook", remove(ONE), "must hw4_partI.ipynb is missing", "hw4_partI.ipynb is missing"),
    Defect(
        "copy_of_a_notebook",
        rename(ONE, "hw4_partI (1).ipynb"),
        r"hint 'hw4_partI \(1\).ipynb' was taken as hw4_partI.ipynb",
        "taken as",
    ),
    Defect(
        "other_capitals",
        rename(ONE, "HW4_PartI.ipynb"),
        "hint 'HW4_PartI.ipynb' was taken as hw4_partI.ipynb",
        "taken as",
    ),
    Defect(
        "no_plot", remove("word_vectors.png"), "must Not handed in: word_vectors.png", "Not handed in: word_vectors.png"
    ),
    Defect(
        "plot_of_another_name",
        rename("word_vectors.png", "wordvectors.png"),
        "hint 'wordvectors.png' was taken as word_vectors.png",
        "taken as",
    ),
    Defect("empty_plot", put("word_vectors.png", b""), "must 'word_vectors.png' is empty", "is empty"),
    Defect(
        "no_sheet", remove("answers/cbow.md"), "must Not handed in: answers/cbow.md", "Not handed in: answers/cbow.md"
    ),
    Defect(
        "sheet_as_text",
        rename("answers/cbow.md", "answers/cbow.txt"),
        "hint 'answers/cbow.txt' was taken as answers/cbow.md",
        "taken as",
    ),
    Defect(
        "sheet_elsewhere",
        rename("answers/cbow.md", "cbow.md"),
        "hint 'cbow.md' was taken as answers/cbow.md",
        "taken as",
    ),
    Defect(
        "sheet_in_word",
        rename("answers/cbow.md", "answers/cbow.docx"),
        "hint 'answers/cbow.docx' is a Word document, which is not read: copy its text into answers/cbow.md.",
        "'answers/cbow.docx' is a Word document",
    ),
    Defect(
        "large_notebook",
        put(ONE, b"{" + bytes(33 * 2**20)),
        "must 'hw4_partI.ipynb' is larger than 32 MiB",
        "larger than 32 MiB",
    ),
    Defect(
        "large_sheet",
        put("answers/cbow.md", bytes(2 * 2**20)),
        "must 'cbow.md' is larger than 0.25 MiB",
        "larger than 0.25 MiB",
    ),
    Defect(
        "large_plot",
        put("word_vectors.png", bytes(17 * 2**20)),
        "must 'word_vectors.png' is larger than 16 MiB",
        "larger than 16",
    ),
    Defect("no_pdf", put("derivation.pdf", "steps"), "must 'derivation.pdf' is not a PDF", "is not a PDF"),
    Defect(
        "large_pdf",
        put("derivation.pdf", bytes(33 * 2**20)),
        "must 'derivation.pdf' is larger than 32 MiB",
        "larger than 32 MiB",
    ),
    Defect(
        "endless_output",
        put(ONE, b'{"cells": [' + b" " * 5 * 2**20 + b"]}"),
        "must 'hw4_partI.ipynb' unpacks to more than 700 times",
        "unpacks to more than 700 times",
    ),
    Defect("half_a_pdf", put("derivation.pdf", PDF[:-200]), "must derivation.pdf: it breaks off"),
    Defect(
        "pdf_with_a_password",
        put("derivation.pdf", PDF.replace(b"/Root", b"/Encrypt 9 0 R /Root")),
        "hint derivation.pdf: it is protected",
    ),
    Defect("long_pdf", put("derivation.pdf", LONG_PDF), "hint derivation.pdf: it has 21 pages"),
    Defect(
        "copy_beside_a_notebook",
        lambda folder: shutil.copy(folder / ONE, folder / "hw4_partI-Copy1.ipynb"),
        "hint There are several files hw4_partI.ipynb: 'hw4_partI.ipynb' counts, not 'hw4_partI-Copy1.ipynb'",
    ),
    Defect(
        "copy_beside_a_sheet",
        lambda folder: shutil.copy(folder / "answers/cbow.md", folder / "answers/cbow (1).md"),
        r"hint There are several files answers/cbow.md: 'answers/cbow.md' counts, not 'answers/cbow \(1\).md'",
    ),
    Defect(
        "files_of_two",
        both(rename(ONE, f"bob_{ONE}"), rename(TWO, f"eve_{TWO}")),
        "must There are notebooks of bob, eve",
    ),
    Defect(
        "two_of_a_kind",
        lambda folder: shutil.copy(folder / ONE, folder / f"bob_{ONE}"),
        "hint There are several files hw4_partI.ipynb",
        "There are several",
    ),
    Defect(
        "document",
        put("answers/attacks.docx", "PK"),
        "hint 'answers/attacks.docx' is a Word document, which is not read: copy its text into the answer sheet.",
        "'answers/attacks.docx' is a Word document",
    ),
    Defect(
        "sheet_in_utf_16",
        lambda folder: put("answers/cbow.md", (folder / "answers/cbow.md").read_text().encode("utf-16"))(folder),
        "hint answers/cbow.md is saved as UTF-16",
        "saved as UTF-16",
    ),
)

NOTEBOOK_FILES = (
    Defect("picture", put(ONE, b"\x89PNG\r\n"), "must hw4_partI.ipynb: The file is a picture", "a picture"),
    Defect("web_page", put(ONE, "<!DOCTYPE html>"), "must hw4_partI.ipynb: The file is a web page", "a web page"),
    Defect("script", put(ONE, "import os\n"), "must hw4_partI.ipynb: The file is a Python script", "a Python script"),
    Defect("list", put(ONE, "[]"), "must hw4_partI.ipynb: The file is not a notebook", "not a notebook"),
    Defect("saved_half", half, "must hw4_partI.ipynb: The notebook ends too early", "ends too early"),
    Defect(
        "merge_conflict",
        swap(ONE, "{\n", "{\n<<<<<<< HEAD\n"),
        "must .*unresolved merge conflict at line 2",
        "conflict",
    ),
    Defect(
        "merge_conflict_in_a_cell",
        in_notebook(ONE, lambda notebook: notebook.cells.append(new_markdown_cell("a\n<<<<<<< HEAD\nb"))),
        "must .*unresolved merge conflict in cell",
        "merge conflict",
    ),
    Defect("repeated_key", swap(ONE, "{", '{"nbformat": 4,'), "must .*repeats a key", "repeats a key"),
    Defect("blank", put(ONE, b" \n" * 9), "must .*The notebook file is empty", "is empty"),
    Defect("nested_deeply", put(ONE, b'{"a": ' * 99_999), "must .*nested too deeply", "nested too deeply"),
    Defect("nan", swap(ONE, '"execution_count": 1,', '"execution_count": NaN,'), "must .*NaN", "NaN"),
    Defect("text_at_the_end", lambda f: put(ONE, (f / ONE).read_text() + "{}")(f), "must .*extra text", "extra text"),
    Defect("format_5", in_json(ONE, lambda nb: nb.update(nbformat=5)), "must .*format 5", "format 5"),
    Defect(
        "format_3",
        in_json(ONE, lambda nb: nb.update(worksheets=[{"cells": nb.pop("cells")}])),
        "hint .*old format",
        "old",
    ),
    Defect("no_cells", in_json(ONE, lambda nb: nb.pop("cells")), "must .*no notebook cells", "no notebook cells"),
    Defect("many_cells", in_json(ONE, lambda nb: nb["cells"].extend([nb["cells"][0]] * 5000)), "must .*5,000", "5,000"),
    Defect(
        "odd_cell",
        in_json(ONE, lambda nb: nb["cells"][0].pop("cell_type")),
        "must .*without a known type",
        "known type",
    ),
    Defect("no_cell", in_json(ONE, lambda nb: nb["cells"].append(7)), "must .*are not cells", "are not cells"),
    Defect(
        "kernel_for_r",
        in_json(ONE, lambda nb: nb["metadata"].update(kernelspec={"name": "ir", "language": "R"})),
        "must .*a kernel for R",
        "a kernel for R",
    ),
    Defect("colab", in_json(ONE, lambda nb: nb["metadata"].update(colab={})), "hint .*Google Colab", "Google Colab"),
    Defect(
        "utf_16",
        lambda folder: put(ONE, (folder / ONE).read_text().encode("utf-16"))(folder),
        "hint .*saved as UTF-16",
        "saved as UTF-16",
    ),
    Defect("millions_of_values", put(ONE, "{" + "," * 4_000_001), "must .*millions of values", "millions of values"),
)

CELLS = (
    Defect(
        "not_run",
        in_cell(ONE, "train_gan", execution_count=None),
        r'must .*1 code cell was not run \(the given cell under "5 Training"\)',
    ),
    Defect("a_function_not_run", in_cell(ONE, "leaky_relu_solution", execution_count=None), "hint .*Leaky ReLU"),
    Defect(
        "out_of_order",
        in_cell(ONE, "train_gan", execution_count=1),
        'hint .*the given cell under "5 Training" was run before',
    ),
    Defect(
        "error",
        in_cell(ONE, "look_losses", outputs=printed("no\nway", True)),
        "must .*the given cell under .The losses.: .*ValueError: no",
    ),
    Defect(
        "says_no",
        swap(ONE, 'activation=\\"tanh\\"', 'activation=\\"relu\\"'),
        'must .*the visible check under "Generator" says NO',
    ),
    Defect(
        "mini_data",
        in_cell(ONE, "load_mnist", outputs=printed("Note: this is the mini stand-in, g")),
        "must .*mini data",
    ),
    Defect(
        "given_cell_changed",
        in_cell(TWO, "dummy", source="dummy = 3"),
        "hint .*five words.: you changed `dummy` in a given cell",
    ),
    Defect(
        "outputs_cleared",
        in_cell(ONE, "look_samples", outputs=[]),
        "hint .*nothing is shown below the given cell under .Real and fake digits.",
    ),
    Defect(
        "gan_stopped",
        in_cell(
            ONE, "train_gan", outputs=printed("[##  ] 400 of 5,616 steps\n400 steps in 9 s, 30 ms each; seed 4.\n")
        ),
        'hint .*the cell under "5 Training" trained 400 of 5,616 steps',
        "was trained for 400 of 5,616 steps",
    ),
    Defect(
        "discriminator_won",
        in_cell(ONE, "train_gan", outputs=printed(WON)),
        "hint .*the discriminator has won, its loss is 0.004",
        "the discriminator has won",
    ),
    Defect(
        "words_stopped",
        in_cell(TWO, "train_word2vec", outputs=printed(STOPPED)),
        'hint .*the cell under "Training" trained 2,000 of 40,000 steps',
        "training had 2,000 of 40,000 iterations",
    ),
    Defect("time_of_zero", minutes("0"), "must .*returns 0"),
    Defect("time_in_seconds", minutes("60 * 300"), "must .*18000"),
    Defect("time_of_the_training", minutes("training.minutes"), "must .*uses `training`"),
    Defect("another_time", minutes("-3 + 90 / 2"), "hint .*42, but"),
    Defect("references_gone", in_notebook(ONE, lambda nb: nb.cells.pop(-2)), 'hint .*"References" is gone'),
    Defect(
        "references_empty",
        in_notebook(ONE, lambda nb: nb.cells[-2].update(source="## References\n- [4]\n- ")),
        "hint .*is empty",
    ),
    Defect(
        "plot_not_read",
        in_cell(TWO, "plot_reading", source="**Answer.**\n\n*Replace this line with your answer.*"),
        "must .*no answer",
    ),
    Defect(
        "answer_cell_gone",
        in_notebook(TWO, lambda nb: nb.cells.remove(cell(nb, "plot_reading"))),
        "must .*your answer under .*: .*is gone",
    ),
    Defect(
        "four_sentences",
        in_cell(TWO, "plot_reading", source="**Answer.** One. Two. Three. Four."),
        "must .*about 4 sentences",
    ),
    Defect(
        "template_line_left",
        in_cell(TWO, "plot_reading", source="Groups.\n\n*Replace this line with your answer.*"),
        "hint .*delete it",
    ),
)

STUB = 'def skipgram():\n    """Do."""\n    raise NotImplementedError("Replace this line")'
CODE = (
    Defect(
        "not_written",
        in_cell(TWO, "skipgram_solution", source=STUB),
        "must hw4_partII.ipynb: not written yet: skipgram",
        "skipgram",
    ),
    Defect(
        "helper_not_written",
        both(
            in_notebook(ONE, added("def drawn(shape):\n    raise NotImplementedError")),
            swap(ONE, "return tf.random.uniform((batch_size, dim), minval=-1.0, maxval=1.0)", "return drawn(2)"),
        ),
        "must .*visible check under .*says NO: .*`drawn`, which `sample_noise` needs.*is not written yet",
        "sample_noise",
    ),
    Defect(
        "passes",
        in_cell(ONE, "get_solvers_solution", source="def get_solvers():\n    pass"),
        "must .*not written yet: get_solvers",
        "get_solvers",
    ),
    Defect(
        "renamed",
        swap(ONE, "def generator_loss(", "def generatorLoss("),
        "must .*no cell defines generator_loss",
        "generator_loss",
    ),
    Defect(
        "no_python",
        swap(ONE, "def sample_noise(", "def sample noise("),
        "must .*the solution under .Random noise.: line 1 could not run: SyntaxError.*`sample_noise` is not defined",
        "sample_noise",
    ),
    Defect(
        "needs_a_skipped_cell",
        swap(TWO, "cost = -np.log(", "Path()\\n    cost = -np.log("),
        "must .*`softmaxCostAndGradient` uses `Path`, of a cell that the grader skips",
        "softmaxCostAndGradient",
    ),
    Defect(
        "time_from_training",
        minutes("training.minutes"),
        "must .*`run_time_minutes` uses `training`, of a cell that the grader skips",
        "word_vectors",
    ),
    Defect(
        "needs_an_own_cell_that_trains",
        both(
            in_notebook(TWO, added("lowest = min(training.losses)")),
            swap(TWO, "signs[0] = 1.0", "signs[0] = 1.0 + 0.0 * lowest"),
        ),
        "must .*`negSamplingCostAndGradient` uses `lowest`, of a cell that the grader skips",
        "negSamplingCostAndGradient",
    ),
    Defect(
        "needs_a_deleted_cell",
        swap(ONE, "def discriminator_loss(", 'scale = lost\\n",\n    "def discriminator_loss('),
        "hint .*the solution under .Discriminator loss.: line 1 could not run: NameError: name 'lost' is not defined",
        "could not run",
    ),
    Defect(
        "own_cell_with_a_typo",
        in_notebook(ONE, added("prnt(3)")),
        "hint .*cell [0-9]+ under .*: line 1 could not run: NameError: name 'prnt'",
        "could not run",
    ),
    Defect(
        "defined_twice",
        in_notebook(ONE, added("def generator():\n    return 3")),
        "hint .*generator is defined in 2 cells",
        "generator",
    ),
)

ANSWERS = (
    Defect(
        "nothing", in_answer("cbow", "cbow_structure", ""), "must answers/cbow.md, cbow_structure: The answer is empty"
    ),
    Defect(
        "markup_only", in_answer("cbow", "cbow_structure", "> **\n\n- "), "must .*cbow_structure: The answer is empty"
    ),
    Defect(
        "too_many_words",
        in_answer("cbow", "cbow_rare_words", WORDS),
        "must .*about 200 words; the question allows 180",
    ),
    Defect(
        "two_sentences",
        in_answer("cbow", "cbow_structure", "One. Two."),
        "must .*about 2 sentences; the question allows 1 sentence",
    ),
    Defect(
        "heading_gone",
        swap(
            "answers/cbow.md", "## Structure of the two models (3 points)\n\n`cbow_structure`", "## Shapes (3 points)"
        ),
        "hint .*Text was found outside the answers",
    ),
    Defect(
        "no_sources",
        swap("answers/debiasing.md", "The papers of the handout.", ""),
        "hint .*No references are given",
    ),
    Defect(
        "no_formula",
        in_answer("derivations", "grad_neg_u", block("dJ/du_k =")),
        "must .*grad_neg_u: there is no formula",
    ),
    Defect("no_block", in_answer("derivations", "grad_neg_u", "Steps."), "must .*grad_neg_u: there is no formula"),
    Defect(
        "wrong_formula",
        in_answer("derivations", "grad_neg_u", block("-sigma(dot(u_k, v_c)) v_c")),
        "must .*not right yet",
    ),
    Defect("odd_formula", in_answer("derivations", "grad_neg_u", block("see below")), "hint .*could not be checked"),
    Defect(
        "formula_alone",
        in_answer("derivations", "grad_neg_u", block("sigma(dot(u_k, v_c)) v_c")[len("Steps.\n") :]),
        "must .*There is a formula, but no steps",
    ),
    Defect(
        "formula_missing_with_a_pdf",
        both(in_answer("derivations", "grad_neg_u", ""), put("derivation.pdf", PDF)),
        "hint .*grad_neg_u: there is no formula",
    ),
)

PLOTS = (
    Defect("of_another_run", put("word_vectors.png", OTHER_PLOT), "must word_vectors.png: it is another drawing"),
    Defect(
        "cut_short",
        put("word_vectors.png", OTHER_PLOT[:-500]),
        "must word_vectors.png: the file cannot be read as a PNG image",
    ),
    Defect(
        "no_picture", put("word_vectors.png", "points"), "must word_vectors.png: the file cannot be read as a PNG image"
    ),
    Defect(
        "newer_than_the_notebook",
        lambda folder: os.utime(folder / TWO, (0, 0)),
        "hint hw4_partII.ipynb: it was saved before word_vectors.png was written",
    ),
    Defect("not_shown", in_cell(TWO, "look_words", outputs=[]), "must word_vectors.png: no notebook shows this plot"),
)
ALL = (*NAMES_AND_SIZES, *NOTEBOOK_FILES, *CELLS, *CODE, *ANSWERS, *PLOTS)
