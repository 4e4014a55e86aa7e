"""Hostile submissions, opened in a browser: nothing of theirs runs, nothing is fetched, and the pages can be used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import formgrader_server
import hostile_cases
import hostile_text
import jupyter_server_mathjax
import pytest
from browser import Witness
from handed_in import packed
from hostile_text import CANARY, TRACES
from playwright.sync_api import Page, Route

from autograder.commands import feedback, grade
from autograder.model.assignment import Assignment
from autograder.nbgrader import formgrader

FULL = ("each_alone", "each_with_all")  # students who sent every payload in every place
SOME = "*[lI]"  # both notebooks and one sheet, adversarial
EVERY_PAGE = bool(os.environ.get("HW4_EVERY_PAGE"))  # of formgrader; each takes two seconds
SHOWN = [case for case in hostile_cases.cases() if case.folder.parent.name == "shown_text"]
TYPESET = """() => new Promise((done, failed) => {
    setTimeout(() => failed("the mathematics is not typeset"), 60000);
    if (!window.MathJax?.Hub) done();
    else MathJax.Hub.Register.StartupHook("End", () => { MathJax.Hub.Queue(() => { done(); }); });
})"""


@pytest.fixture(scope="module")
def graded(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a class in which everybody sent text that wants to run."""
    inbox, out = tmp_path_factory.mktemp("inbox"), tmp_path_factory.mktemp("results") / "out"
    for name, data in hostile_text.submissions(assignment).items():
        (inbox / name).write_bytes(data)
    names = {"MARK": "mark", "CANARY": "/nowhere/canary.txt"}
    for case in SHOWN:
        notebooks = hostile_cases.submission(case, assignment, names).notebooks
        files = {f"{name}.ipynb": data for name, data in notebooks.items()}
        (inbox / f"{case.folder.name}_HW4.zip").write_bytes(packed(files))
    grade.grade(assignment.course_dir, [inbox], out)
    feedback.feedback(assignment.course_dir, out)
    return out


def answer_from_here(route: Route, network: str) -> None:
    """Answer a request for MathJax with the same file of this machine."""
    name = route.request.url.removeprefix(network).strip("/").partition("?")[0]
    path = Path(jupyter_server_mathjax.__file__).parent / "static" / name
    if path.is_file():
        route.fulfill(path=path)
    else:
        route.abort()


def check_harmless(page: Page, witness: Witness, *origins: str) -> None:
    """Nothing of a student's ran, and nothing was asked for but the page's own parts."""
    page.evaluate(TYPESET)

    assert page.evaluate(TRACES, CANARY) == []
    assert witness.dialogs == []
    assert [
        address for address in witness.requests if not address.startswith((*origins, "data:", "blob:", "about:"))
    ] == []
    assert [address for address in witness.requests if f"{CANARY}." in address] == []
    witness.requests.clear()


@pytest.mark.parametrize(
    "text", [hostile_text.HTML[0], hostile_text.HTML[1], hostile_text.HTML[4], hostile_text.HTML[14]]
)
def test_the_canary_sings(browser_page: Page, witness: Witness, text: str, tmp_path: Path) -> None:
    """A page that shows such text as it is would be found out: by a variable, a dialog, an address and an element."""
    page = tmp_path / "page.html"
    page.write_text(f"<p>{text}</p>")
    browser_page.goto(page.as_uri())

    with pytest.raises(AssertionError):
        check_harmless(browser_page, witness, page.parent.as_uri())


def test_the_report_runs_nothing(browser_page: Page, witness: Witness, graded: Path) -> None:
    """The class report, with every student opened."""
    browser_page.goto((graded / "report" / "hw4" / "index.html").as_uri())
    browser_page.evaluate("document.querySelectorAll('details').forEach(entry => { entry.open = true })")

    check_harmless(browser_page, witness, (graded / "report").as_uri())
    assert browser_page.locator("body").inner_text().count(CANARY) > 10


def test_the_pages_for_students_run_nothing(browser_page: Page, witness: Witness, graded: Path) -> None:
    """What each student gets back, by `autograder feedback`."""
    pages = sorted((graded / "feedback" / "hw4").glob("*/index.html"))
    for page in pages:
        browser_page.goto(page.as_uri())
        check_harmless(browser_page, witness, page.parent.as_uri())

    assert len(pages) == len(SHOWN) + len(hostile_text.NAMES)


def test_the_pages_of_nbgrader_run_nothing(browser_page: Page, witness: Witness, graded: Path) -> None:
    """What each student gets back, by `nbgrader generate_feedback`; MathJax comes from the network there."""
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", "hw4", "--student=each_*", f"--notebook={SOME}"]
    subprocess.run(command, cwd=graded, check=True, capture_output=True)
    network = formgrader.NETWORK_MATHJAX.rpartition("/")[0]
    local = f"{network}/{formgrader.LOCAL_MATHJAX.rpartition('/')[2]}"
    browser_page.route(f"{network}/**", lambda route: answer_from_here(route, network))
    pages = [page for student in FULL for page in sorted((graded / "feedback" / student / "hw4").glob("*.html"))]
    for page in pages:
        page.write_text(page.read_text().replace(formgrader.NETWORK_MATHJAX, local))
        browser_page.goto(page.as_uri())
        check_harmless(browser_page, witness, page.parent.as_uri(), network)
        assert browser_page.locator(".MathJax").count() > 0

    assert len(pages) == 3 * len(FULL)


def test_formgrader_runs_nothing(browser_page: Page, witness: Witness, graded: Path, assignment: Assignment) -> None:
    """Its lists, and notebooks and sheets as the instructor opens them, mathematics typeset."""
    with formgrader_server.running(graded) as server:
        browser_page.goto(server.entrance)
        for part in ("manage_assignments", "manage_submissions/hw4", "gradebook", "manage_students"):
            browser_page.goto(f"{server.origin}/formgrader/{part}")
            check_harmless(browser_page, witness, server.origin)
        every = (*assignment.notebooks, *assignment.sheets)
        for name in every if EVERY_PAGE else ("hw4_partII", "adversarial", "derivations"):
            for entry in json.loads(server.ask(f"api/submitted_notebooks/hw4/{name}")):
                if entry["student"] in FULL or (EVERY_PAGE and name == "hw4_partII"):
                    browser_page.goto(f"{server.origin}/formgrader/submissions/{entry['id']}/?index=0")
                    check_harmless(browser_page, witness, server.origin)
                    assert browser_page.locator(".score").count() > 0
                    assert browser_page.locator(".MathJax").count() > 0
