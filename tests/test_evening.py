"""A student's evening with Part II, in JupyterLab in a real browser, from the released folder and the mini data."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import finished_homework
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from waiting import DEADLINE_S, wait_until

from autograder.course.asked import asked_for
from autograder.handin.check import check
from autograder.handin.working_folder import gather
from autograder.model.assignment import Assignment
from autograder.nbgrader import release

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit.mini import make_mini

HEARD_S = 15  # a cell that is to be run is marked at once
NOTEBOOK = "hw4_partII.ipynb"
RUNNING = "run/jpserver-*.json"
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # cells out of sight are part of the page, too
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
READY = re.compile(r"\| Idle.*Cell \d+/\d\d", re.DOTALL)
RUNS = """() => [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")]
    .some(prompt => prompt.textContent.includes("*"))"""
RAN = """() => /\\d/.test([...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].pop().textContent)"""


@pytest.fixture(scope="module")
def homework(browser: Browser, assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The released folder with the mini data, and the functions written; no cell was run. Skips without a browser."""
    folder = tmp_path_factory.mktemp("evening") / "hw4"
    release.build(assignment.course_dir, folder)
    make_mini(folder / "datasets" / "data")
    source = {each.id: each.source for each in assignment.source_notebook("hw4_partII").cells}

    def write(notebook: NotebookNode) -> None:
        for each in notebook.cells:
            if each.metadata.get("nbgrader", {}).get("solution"):
                each.source = finished_homework.REGION.sub("", source[each.id])
            elif "## 7 References" in each.source:
                each.source = each.source.rstrip("- \n")

    finished_homework.edit(folder / NOTEBOOK, write)
    return folder


@pytest.fixture(scope="module")
def lab(homework: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that was started in the homework's folder, with an empty home."""
    home = tmp_path_factory.mktemp("home")
    for name, values in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    folders = {"JUPYTER_RUNTIME_DIR": home / "run", "JUPYTERLAB_SETTINGS_DIR": home / "settings", "HOME": home}
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    with open(home / "log", "wb") as log:
        server = subprocess.Popen(
            [*command, "--IdentityProvider.token="],
            cwd=homework,
            env={**kept, **{name: str(folder) for name, folder in folders.items()}},
            stdout=log,
            stderr=log,
        )
        try:
            wait_until(lambda: any(home.glob(RUNNING)) or server.poll() is not None)
            (running,) = home.glob(RUNNING)
            wait_until(running.read_text)
            yield json.loads(running.read_text())["url"]
        finally:
            server.terminate()
            server.wait(DEADLINE_S)


def choose(page: Page, menu: str, command: str, timeout_s: float = DEADLINE_S) -> None:
    """Choose an entry of a menu."""
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{menu}$")).click(timeout=timeout_s * 1000)
    page.locator(f".lm-Menu-item[data-command='{command}']").first.click(timeout=timeout_s * 1000)


def all_ran(page: Page) -> bool:
    """Ask for all cells to be run, unless they run; return whether they have. What is asked too early gets lost."""
    with contextlib.suppress(PlaywrightTimeout):
        if not page.evaluate(RUNS):
            choose(page, "Run", "runmenu:run-all", HEARD_S)
        page.wait_for_function(RAN, timeout=HEARD_S * 1000)
        return True
    return False


def test_a_notebook_is_run_looked_at_completed_and_saved(
    browser_page: Page, lab: str, homework: Path, assignment: Assignment
) -> None:
    """Nothing is shown in red, each picture is there, and all that the check still says is that the data is mini."""
    page = browser_page
    page.set_default_timeout(DEADLINE_S * 1000)
    page.goto(f"{lab}lab/tree/{NOTEBOOK}")
    page.locator(".jp-StatusBar-Widget", has_text=READY).wait_for()  # before, it would ask which kernel is to run them
    wait_until(lambda: all_ran(page))

    took = re.search(r"Training took ([\d.]+) minutes", page.locator(".jp-Notebook").inner_text())
    assert took
    cell = page.locator(".jp-CodeCell", has_text="def run_time_minutes")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(f"def run_time_minutes():\n    return {took[1]}")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea-output", has_text="run_time_minutes: 3 of 3 are ok").wait_for()

    widths = page.locator(".jp-OutputArea-output img").evaluate_all("all => all.map(each => each.naturalWidth)")
    red = page.locator("[data-mime-type$='stderr'], [data-mime-type$='error']").all_inner_texts()
    assert len(widths) == 3
    assert min(widths) > 500
    assert red == []

    choose(page, "File", "docmanager:save")
    wait_until(lambda: "3 of 3 are ok" in (homework / NOTEBOOK).read_text(encoding="utf-8"))
    asked = asked_for(assignment)
    said = [str(line) for line in check(gather(homework, asked), asked)]
    (line,) = [line for line in said if line[6:].startswith((NOTEBOOK, "word_vectors.png"))]
    assert "it was run with the mini data" in line
