"""What formgrader needs to show a class: mathematics without a network, and a folder of results that it can open."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from ..course.sheets import SCHEME_TAG
from ..course.source_notebook import grade_id as id_of
from ..course.source_notebook import metadata
from ..formats.whole_files import write_whole
from ..model.error_lines import file_sentence
from ..model.errors import ConfigError

MODULE = "nbgrader.server_extensions.formgrader.formgrader"  # loads our nbgrader_config.py before it makes an exporter
MATHJAX = "jupyter_server_mathjax"  # a server extension; it serves what its package holds
LOCAL_MATHJAX = f"/static/{MATHJAX}/MathJax.js?config=TeX-AMS-MML_HTMLorMML-full,Safe"
FONTS = """<script type="text/x-mathjax-config">
    MathJax.Hub.Config({"HTML-CSS": {availableFonts: [], imageFont: null, webFont: "STIX-Web"}});
    </script>
    """  # the one kind that the package has; its default is another
# The template of formgrader takes this default of nbconvert's and leaves no setting to change it.
NETWORK_MATHJAX = str(HTMLExporter.class_traits()["mathjax_url"].default_value)

STYLE = Path(__file__).with_name("formgrader.css")

CONFIG_FILE = "nbgrader_config.py"
_CONFIG_MARK = '"""Lets nbgrader and formgrader open this folder of results; written by `autograder grade --out`."""'
_CONFIG = """{mark}

import os

here = os.path.dirname(os.path.abspath(__file__))
course = os.path.normpath(os.path.join(here, {course!r}))
load_subconfig(os.path.join(course, {file!r}))  # noqa: F821 - nbgrader defines it
c = get_config()  # noqa: F821
c.CourseDirectory.root = here
c.CourseDirectory.source_directory = os.path.join(course, "source")
"""


class OfflineExporter(HTMLExporter):
    """The exporter of formgrader's pages, with MathJax from the same server, and questions and mark schemes apart."""

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own subclass returns text, too
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:  # fmt: skip
        """Return the page of a notebook."""
        page, resources_after = super().from_notebook_node(_with_boxes(nb), resources, **kw)
        local = (resources or {}).get("base_url", "") + LOCAL_MATHJAX
        page = page.replace(f'<script src="{NETWORK_MATHJAX}">', f'{FONTS}<script src="{local}">')
        style = STYLE.read_text(encoding="utf-8")
        return page.replace("</head>", f"<style>\n{style}</style>\n</head>", 1), resources_after


def _with_boxes(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook whose questions and mark schemes stand in boxes of their own.

    Only the page has them: the template of formgrader tells an answer from other cells, and nothing else.
    """
    answers = {id_of(cell) for cell in notebook.cells if metadata(cell).get("grade") and metadata(cell).get("solution")}
    questions = {f"{item_id}{ending}" for item_id in answers for ending in ("_question", "_prompt")}
    cells = []
    for cell in notebook.cells:
        kind = "for-the-marker" if SCHEME_TAG in cell.metadata.get("tags", ()) else ""
        kind = "question" if id_of(cell) in questions else kind
        boxed = f'<div class="{kind}">\n\n{cell.source}\n\n</div>'  # blank lines: what is between them is markdown
        cells.append(NotebookNode({**cell, "source": boxed}) if kind and cell.cell_type == "markdown" else cell)
    return NotebookNode({**notebook, "cells": cells})


def install() -> None:
    """Let a formgrader that is being loaded use our exporter; may run any number of times."""
    formgrader = sys.modules.get(MODULE)
    if formgrader is not None and find_spec(MATHJAX) is not None:
        formgrader.HTMLExporter = OfflineExporter  # type: ignore[attr-defined]


def make_openable(out: Path, course_dir: Path) -> None:
    """Write the settings with which formgrader, started in `out`, shows what was graded there.

    The course folder has its own, which say the same; a file there that is not ours is left alone.

    Raises:
        ConfigError: The file cannot be written.
    """
    path = out / CONFIG_FILE
    if out.resolve() == course_dir.resolve() or (path.exists() and not _is_ours(path)):
        return
    course = os.path.relpath(course_dir.resolve(), out.resolve())  # both may be moved together
    text = _CONFIG.format(mark=_CONFIG_MARK, course=course, file=CONFIG_FILE)
    try:
        write_whole(path, text)
    except OSError as error:
        raise ConfigError(file_sentence(error)) from error


def _is_ours(path: Path) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8", errors="replace").startswith(_CONFIG_MARK)
