"""A notebook's bytes are read whatever they are, or refused in one sentence that names the cause."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.handin import notebook_file
from autograder.handin.problems import Unusable


def code(source: Any = "x = 1", **keys: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **keys}


def notebook(*cells: Any, **keys: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **keys}


def dumped(content: Any) -> bytes:
    return json.dumps(content, indent=1).encode()


def only_cell(content: Any) -> notebook_file.Cell:
    (cell,) = notebook_file.read(dumped(content)).cells
    return cell


def texts(file: notebook_file.NotebookFile) -> str:
    return " ".join(finding.text for finding in file.findings)


def test_reads_a_cell_with_everything_that_grading_needs():
    metadata = {"nbgrader": {"grade_id": "skipgram_solution", "solution": True}}
    output = {"output_type": "stream", "name": "stdout", "text": "done\n"}
    cell = only_cell(notebook(code(["def f():\n", "    pass"], metadata=metadata, outputs=[output])))

    assert cell.source == "def f():\n    pass"
    assert cell.grade_id == "skipgram_solution"
    assert cell.outputs == [output]
    assert cell.metadata["nbgrader"] == {"grade_id": "skipgram_solution", "solution": True}


def test_a_kernel_for_python_is_nothing_to_note():
    metadata = {"kernelspec": {"name": "python3", "language": "python"}}
    file = notebook_file.read(dumped(notebook(code(), metadata=metadata)))

    assert file.findings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_reads_every_unicode_encoding(encoding: str):
    data = json.dumps(notebook(code("s = 'é 词'")), ensure_ascii=False).encode(encoding)

    assert notebook_file.read(data).cells[0].source == "s = 'é 词'"


def test_reads_latin_1_and_says_so():
    file = notebook_file.read(json.dumps(notebook(code("s = 'é'")), ensure_ascii=False).encode("latin-1"))

    assert file.cells[0].source == "s = 'é'"
    assert "Latin-1" in texts(file)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_every_line_end_becomes_a_newline(ending: str):
    data = dumped(notebook(code(f"a = 1{ending}b = 2"))).replace(b"\n", ending.encode())

    assert notebook_file.read(data).cells[0].source == "a = 1\nb = 2"


def test_reads_format_3():
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Title"]},
        {"cell_type": "code", "input": ["x = 1"], "outputs": [{"output_type": "pyout"}], "prompt_number": 3},
    ]
    file = notebook_file.read(dumped({"nbformat": 3, "worksheets": [{"cells": cells}, {"cells": [code("y = 2")]}]}))

    assert [(cell.cell_type, cell.source) for cell in file.cells] == [
        ("markdown", "## Title"),
        ("code", "x = 1"),
        ("code", "y = 2"),
    ]
    assert file.cells[1].outputs == []
    assert "old format" in texts(file)


def test_reads_a_newer_minor_version_silently_and_a_newer_format_with_a_finding():
    assert notebook_file.read(dumped(notebook(code(), nbformat_minor=99))).findings == ()
    assert "format 5" in texts(notebook_file.read(dumped(notebook(code(), nbformat=5))))


def test_notes_colab_and_a_kernel_of_another_language():
    file = notebook_file.read(dumped(notebook(code(), metadata={"colab": {"provenance": []}})))
    assert "Colab" in texts(file)

    file = notebook_file.read(dumped(notebook(code(), metadata={"kernelspec": {"name": "ir", "language": "R"}})))
    assert "kernel for R" in texts(file)


@pytest.mark.parametrize("odd", [None, 3, True, "text", [], ["text"], [1, [2]], {}, {"a": {"b": []}}])
@pytest.mark.parametrize("key", ["cell_type", "source", "metadata", "outputs", "id", "attachments"])
def test_a_value_of_any_type_may_stand_anywhere_in_a_cell(key: str, odd: Any):
    cell = only_cell(notebook(code(**{key: odd})))

    assert cell.cell_type in notebook_file.CELL_TYPES
    assert isinstance(cell.source, str)
    assert isinstance(cell.metadata, dict)
    assert all(isinstance(output, dict) for output in cell.outputs)


@pytest.mark.parametrize("odd", [None, 3, "text", [], ["a", 1], {"grade_id": 7}, {"grade_id": "x" * 1000}])
def test_nbgrader_metadata_of_any_type_gives_no_grade_id(odd: Any):
    assert only_cell(notebook(code(metadata={"nbgrader": odd}))).grade_id is None


@pytest.mark.parametrize("odd", [None, 3, "text", [], ["a"], {"name": 5, "language": ["R"]}])
def test_notebook_metadata_of_any_type_is_survived(odd: Any):
    assert notebook_file.read(dumped(notebook(code(), metadata=odd))).findings == ()
    assert notebook_file.read(dumped(notebook(code(), metadata={"kernelspec": odd}))).findings == ()


def test_entries_that_are_no_cells_are_left_out_and_counted():
    file = notebook_file.read(dumped(notebook(code(), None, "text", [code()], 5)))

    assert len(file.cells) == 1
    assert "4 entries" in texts(file)


def test_a_cell_without_a_type_is_code_if_it_could_be_run():
    file = notebook_file.read(dumped(notebook({"source": "x", "outputs": []}, {"source": "y"})))

    assert [cell.cell_type for cell in file.cells] == ["code", "raw"]


def test_constants_that_json_does_not_know_are_dropped():
    file = notebook_file.read(b'{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {"a": NaN}}]}')

    assert file.cells[0].metadata == {"a": None}
    assert "NaN" in texts(file)


def test_the_last_of_two_equal_keys_counts_as_it_does_in_a_browser():
    file = notebook_file.read(b'{"cells": [{}], "cells": [{"cell_type": "code", "source": "x"}], "nbformat": 4}')

    assert [cell.source for cell in file.cells] == ["x"]
    assert "repeats a key" in texts(file)


def test_text_after_the_end_is_ignored():
    file = notebook_file.read(dumped(notebook(code())) + b'\n  "old": 1}')

    assert len(file.cells) == 1
    assert "extra text" in texts(file)


def test_half_a_surrogate_pair_never_gets_through():
    data = rb'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\ud800", "metadata": {"\udfff": "\ud801"}}]}'
    cell = notebook_file.read(data).cells[0]

    json.dumps([cell.source, cell.metadata], ensure_ascii=False).encode()
    assert cell.source == "?"


def test_deep_metadata_is_cut_off():
    deep: Any = "bottom"
    for _ in range(200):
        deep = {"a": [deep]}

    assert "bottom" not in json.dumps(only_cell(notebook(code(metadata={"x": deep}))).metadata)


def test_outputs_of_unknown_kinds_are_left_out():
    outputs = [{"output_type": "stream", "text": ["a"]}, {"output_type": ["stream"]}, {"output_type": "pyout"}, 3]

    assert only_cell(notebook(code(outputs=outputs))).outputs == [{"output_type": "stream", "text": ["a"]}]


def test_a_number_of_any_length_is_read():
    file = notebook_file.read(b'{"cells": [], "nbformat": ' + b"9" * 10_000 + b"}")

    assert file.cells == ()


def test_a_merge_conflict_inside_a_cell_is_noted():
    conflict = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n"

    assert "The notebook has an unresolved merge conflict in cell 2" in texts(
        notebook_file.read(dumped(notebook(code(), code(conflict))))
    )


def with_conflict() -> bytes:
    lines = dumped(notebook(code("x = 1"), code("y = 2"))).decode().splitlines()
    lines[5:6] = ["<<<<<<< HEAD", lines[5], "=======", lines[5], ">>>>>>> theirs"]
    return "\n".join(lines).encode()


WHOLE = dumped(notebook(code("print('a long line of text')"), code("y = 2")))
REFUSED = {
    "nothing": (b"", "empty"),
    "white_space": (b" \r\n\t", "empty"),
    "zero_bytes": (b"\0" * 4096, "empty"),
    "merge_conflict": (with_conflict(), "merge conflict at line 6"),
    "half_written_in_a_string": (WHOLE[: WHOLE.index(b"long")], "ends too early, at line"),
    "half_written_after_a_comma": (WHOLE[: WHOLE.index(b",") + 1], "ends too early, at line"),
    "half_written_in_a_literal": (b'{"cells": [], "a": fal', "ends too early, at line 1"),
    "half_written_after_a_cell": (WHOLE.rstrip(b"}\n ]"), "ends too early, at line"),
    "comma_too_many": (b'{"cells": [1,],}', "damaged at line 1"),
    "letter_in_between": (WHOLE.replace(b'"cells": [', b'"cells": x['), "damaged at line 2"),
    "raw_line_break_in_a_string": (b'{"cells": ["a\nb"]}', "damaged at line 1"),
    "python_script": (b"import numpy as np\n\ndef f():\n    return 1\n", "Python script"),
    "python_with_a_comment": (b"# coding: utf-8\nx = 1\n", "Python script"),
    "web_page": (b"<!DOCTYPE html>\n<html><body>x</body></html>", "web page"),
    "plain_words": (b"I could not finish.", "not a notebook"),
    "zip": (b"PK\x03\x04\x14\x00", "a zip archive"),
    "pdf": (b"%PDF-1.7\n", "a PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "random_bytes": (bytes(range(1, 256)), "not a notebook"),
    "a_list": (b"[1, 2]", "not a notebook"),
    "a_string": (b'"text"', "not a notebook"),
    "a_number": (b"5", "not a notebook"),
    "other_json": (b'{"a": 1}', "no notebook cells"),
    "cells_of_another_type": (b'{"cells": {"0": {}}, "nbformat": 4}', "no notebook cells"),
    "worksheets_of_another_type": (b'{"worksheets": 5, "nbformat": 3}', "no notebook cells"),
    "too_deep": (b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too deeply"),
    "too_deep_and_open": (b'{"a":' * 100_000, "too deeply"),
    "too_many_cells": (dumped(notebook(*[{}] * (notebook_file.MAX_CELLS + 1))), "the limit is 5,000"),
    "too_many_lists": (b'{"cells": [' + b"[]," * (notebook_file.MAX_CONTAINERS + 1) + b"1]}", "millions of values"),
    "too_many_values": (b'{"cells": [' + b"1," * (notebook_file.MAX_VALUES + 1) + b"1]}", "millions of values"),
    "too_large": (b" " * (notebook_file.MAX_BYTES["notebook"] + 1), "the limit is 32 MiB"),
}


@pytest.mark.parametrize(("data", "cause"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, cause: str):
    with pytest.raises(Unusable) as caught:
        notebook_file.read(data)

    sentence = str(caught.value)
    assert cause in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 200


FUZZ = settings(max_examples=int(os.environ.get("HW4_FUZZ", "300")), deadline=None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
KEYS = st.sampled_from(["cell_type", "source", "input", "metadata", "outputs", "level", "nbgrader", "tags", "grade_id"])
CELL = st.dictionaries(KEYS, JSON | st.sampled_from(["code", "markdown", "heading"])) | JSON
NOTEBOOK = st.fixed_dictionaries(
    {}, optional={"cells": st.lists(CELL) | JSON, "worksheets": st.lists(JSON), "metadata": JSON, "nbformat": JSON}
)


def check_reads_or_refuses(data: bytes) -> None:
    try:
        file = notebook_file.read(data)
    except Unusable as error:
        sentence = str(error)
    else:
        check_types(file)
        return
    assert sentence.endswith(".")
    assert "\n" not in sentence


def check_types(file: notebook_file.NotebookFile) -> None:
    for cell in file.cells:
        assert cell.cell_type in notebook_file.CELL_TYPES
        cell.source.encode()
        json.dumps([cell.metadata, cell.outputs], ensure_ascii=False).encode()


@FUZZ
@given(NOTEBOOK)
def test_a_notebook_of_any_shape_is_read_or_refused(content: Any):
    check_reads_or_refuses(json.dumps(content).encode())


@FUZZ
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes):
    check_reads_or_refuses(data)


@FUZZ
@given(st.data())
def test_a_damaged_notebook_is_read_or_refused(data: st.DataObject):
    damaged = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(damaged)))
        damaged[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=10))

    check_reads_or_refuses(bytes(damaged))


@given(st.text())
def test_text_survives_a_round_trip_once_it_is_plain(text: str):
    plain, _ = notebook_file.decode_text(text.encode(errors="replace"))
    if "\0" not in plain and not plain.startswith("\ufeff"):
        assert notebook_file.decode_text(plain.encode()) == (plain, None)
