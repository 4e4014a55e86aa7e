"""Formgrader: its pages need no network, and it opens a folder of results wherever that lies."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import nbformat
import small_course
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.apps.baseapp import NbGrader
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.course import assignment, sheets
from autograder.nbgrader import formgrader


def exported(exporter: type[HTMLExporter], *cells: NotebookNode, **resources: object) -> str:
    """Return the page of a notebook as formgrader makes it; by default it holds a formula."""
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    notebook = nbformat.v4.new_notebook(cells=[*cells] or [new_markdown_cell("$x^2$")])
    needed = {"base_url": "", "index": 0, "total": 1, "submission_id": "1", "notebook_id": "1", "assignment_id": "hw4"}
    page, _ = exporter(config=config).from_notebook_node(notebook, {**needed, **resources})
    return page


def test_mathematics_is_loaded_from_the_same_server():
    """Also below an address of its own; what nbconvert would load from the network is gone."""
    stock, ours = exported(HTMLExporter), exported(formgrader.OfflineExporter, base_url="/user/ann")

    assert formgrader.NETWORK_MATHJAX in stock
    assert "/mathjax/" not in ours
    assert f'src="/user/ann{formgrader.LOCAL_MATHJAX}"' in ours
    assert ours.index("STIX-Web") < ours.index(formgrader.LOCAL_MATHJAX)


def test_question_scheme_and_answer_stand_apart(tmp_path):
    """Each in a box of its own, markdown inside it is read, and no picture has nbgrader's red frame."""
    sheet = assignment.load(small_course.make(tmp_path / "course")).sheet("adversarial")
    cells = sheets.to_notebook(sheet, None).cells
    page = exported(formgrader.OfflineExporter, *cells)
    question, scheme, answer = (
        page.index(f'<div class="{kind}') for kind in ("question", "for-the-marker", "panel panel-pri")
    )

    assert question < scheme < answer
    assert "<strong>Mark scheme</strong>" in page[scheme:answer]
    assert page.index("formgrade.css") < page.index(formgrader.STYLE.read_text()) < page.index("</head>")
    assert page.count('<div class="question') == page.count('<div class="for-the-marker') == len(sheet.items)
    assert "img { border: 1px" in page
    assert all("<div" not in cell.source for cell in cells)  # only the page has boxes


def test_the_files_are_there():
    """What the address names is in the package that serves it."""
    static = Path(__import__(formgrader.MATHJAX).__file__).parent / "static"

    assert version(formgrader.MATHJAX)
    assert (static / "MathJax.js").is_file()
    assert (static / "config" / "TeX-AMS-MML_HTMLorMML-full.js").is_file()
    assert (static / "fonts" / "HTML-CSS" / "STIX-Web").is_dir()


def test_only_a_formgrader_that_is_there_is_changed(monkeypatch):
    """No other command pays for loading it."""
    monkeypatch.delitem(sys.modules, formgrader.MODULE, raising=False)
    formgrader.install()
    assert formgrader.MODULE not in sys.modules

    loaded = ModuleType("formgrader")
    monkeypatch.setitem(sys.modules, formgrader.MODULE, loaded)
    formgrader.install()
    assert loaded.HTMLExporter is formgrader.OfflineExporter


def test_results_can_be_opened_where_they_are(tmp_path, monkeypatch):
    """The settings there lead to the course, and are nbgrader's own kind."""
    course, out = small_course.make(tmp_path / "course"), tmp_path / "out"
    out.mkdir()
    formgrader.make_openable(out, course)
    formgrader.make_openable(out, course)  # again, as every run does
    monkeypatch.chdir(out)
    app = NbGrader()
    app.load_config_file()

    assert app.config.CourseDirectory.root == str(out)
    assert app.config.CourseDirectory.source_directory == str(course / "source")
    assert app.config.CourseDirectory.course_id == "18739"


def test_settings_of_somebody_else_are_left_alone(tmp_path):
    """In the course folder and elsewhere."""
    course, out = small_course.make(tmp_path / "course"), tmp_path / "out"
    out.mkdir()
    (out / "nbgrader_config.py").write_text("mine = True\n")
    before = (course / "nbgrader_config.py").read_bytes()
    formgrader.make_openable(out, course)
    formgrader.make_openable(course, course)

    assert (out / "nbgrader_config.py").read_text() == "mine = True\n"
    assert (course / "nbgrader_config.py").read_bytes() == before
