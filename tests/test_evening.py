"""A student's evening in JupyterLab in a real browser, from the released folder and the mini data to a graded zip."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import finished_homework
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from waiting import DEADLINE_S, wait_until

from autograder.model.assignment import Assignment
from autograder.model.report import Report
from autograder.nbgrader import release

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit.mini import make_mini

HEARD_S = 15  # a cell that is to be run is marked at once
ONE, TWO = "hw4_partI", "hw4_partII"
RUNNING = "run/jpserver-*.json"
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # cells out of sight are part of the page, too
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
READY = re.compile(r"\| Idle.*Cell \d+/\d\d", re.DOTALL)
RUNS = """() => [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")]
    .some(prompt => prompt.textContent.includes("*"))"""
RAN = """() => /\\d/.test([...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].pop().textContent)"""
RED = "[data-mime-type$='stderr'], [data-mime-type$='error']"


@pytest.fixture(scope="module")
def homework(browser: Browser, assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The released folder with the mini data and nothing written. Skips without a browser."""
    folder = tmp_path_factory.mktemp("evening") / "hw4"
    release.build(assignment.course_dir, folder)
    make_mini(folder / "datasets" / "data")
    return folder


def solve(folder: Path, assignment: Assignment, name: str) -> None:
    """Write the functions of a notebook; no cell is run."""
    source = {each.id: each.source for each in assignment.source_notebook(name).cells}

    def write(notebook: NotebookNode) -> None:
        for each in notebook.cells:
            if each.metadata.get("nbgrader", {}).get("solution"):
                each.source = finished_homework.REGION.sub("", source[each.id])
            elif "## 7 References" in each.source:
                each.source = each.source.rstrip("- \n")

    finished_homework.edit(folder / f"{name}.ipynb", write)


@pytest.fixture(scope="module")
def lab(homework: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that was started in the homework's folder, with an empty home."""
    with jupyterlab(homework, tmp_path_factory.mktemp("home")) as url:
        yield url


@contextlib.contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[str]:
    """Start a JupyterLab in a folder, and stop it at the end."""
    for name, values in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    folders = {"JUPYTER_RUNTIME_DIR": home / "run", "JUPYTERLAB_SETTINGS_DIR": home / "settings", "HOME": home}
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}  # no data but the mini
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    with open(home / "log", "wb") as log:
        server = subprocess.Popen(
            [*command, "--IdentityProvider.token="],
            cwd=folder,
            env={**kept, **{name: str(path) for name, path in folders.items()}},
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


class Notebook:
    """A notebook that is open in JupyterLab, as its student uses it."""

    def __init__(self, page: Page, lab: str, name: str) -> None:
        """Open it, and wait for its kernel."""
        self.page, self.name = page, name
        page.set_default_timeout(DEADLINE_S * 1000)
        page.goto(f"{lab}lab/tree/{name}.ipynb?reset")
        page.locator(".jp-StatusBar-Widget", has_text=READY).wait_for()  # before, it would ask which kernel to take

    def choose(self, menu: str, command: str, timeout_s: float = DEADLINE_S) -> None:
        """Choose an entry of a menu."""
        label = self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{menu}$"))
        label.click(timeout=timeout_s * 1000)
        self.page.locator(f".lm-Menu-item[data-command='{command}']").first.click(timeout=timeout_s * 1000)

    def start_all(self) -> None:
        """Ask for all cells to be run until they are; what is asked too early gets lost."""

        def heard() -> bool:
            with contextlib.suppress(PlaywrightTimeout):
                self.choose("Run", "runmenu:run-all", HEARD_S)
                self.page.wait_for_function(RUNS, timeout=HEARD_S * 1000)
            return bool(self.page.evaluate(RUNS))

        wait_until(heard)

    def wait_for_end(self, timeout_s: float = DEADLINE_S) -> None:
        """Wait until the last cell has run."""
        self.page.wait_for_function(RAN, timeout=timeout_s * 1000)

    def cell(self, text: str) -> Locator:
        """Return the code cell whose source holds the text."""
        return self.page.locator(".jp-CodeCell", has=self.page.locator(".jp-InputArea-editor", has_text=text)).first

    def shows(self, text: str, said: str, timeout_s: float = DEADLINE_S) -> None:
        """Wait until that text stands below the cell."""
        output = self.cell(text).locator(".jp-OutputArea-output", has_text=said).first
        output.wait_for(timeout=timeout_s * 1000)

    def stop(self) -> None:
        """Press the stop button."""
        self.page.locator("[data-jp-item-name='interrupt']").first.click()

    def run(self, text: str, source: str = "") -> None:
        """Run a cell and the one below it, with another source if one is given."""
        self.cell(text).locator(".cm-content").first.click()
        if source:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")

    def restart_and_run_all(self) -> None:
        """Restart the kernel and run all cells; return when they run."""
        self.choose("Kernel", "runmenu:restart-and-run-all")
        self.page.locator(".jp-Dialog button.jp-mod-accept").click()
        self.page.wait_for_function(f"() => !({RAN})()")

    def save(self, path: Path, expected: str) -> None:
        """Save, and wait until the file has that text."""
        self.choose("File", "docmanager:save")
        wait_until(lambda: expected in path.read_text(encoding="utf-8"))

    def text(self) -> str:
        """Return all that the page shows of the notebook."""
        return self.page.locator(".jp-Notebook").inner_text()

    def red(self) -> list[str]:
        """Return what is shown in red."""
        return self.page.locator(RED).all_inner_texts()

    def widths(self) -> list[int]:
        """Return the widths of all pictures below cells, in points."""
        pictures = self.page.locator(".jp-OutputArea-output img")
        return list(pictures.evaluate_all("all => all.map(each => each.naturalWidth)"))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (ONE, "`generator` is not written yet: write it, run its cell, then this one again."),
        (TWO, "CannotTrain: `skipgram` is not written yet: write it, run its cell, then this one again."),
    ],
)
def test_an_unsolved_notebook_stops_in_one_line(browser_page: Page, lab: str, name: str, line: str) -> None:
    """Where the first cell needs what is not written."""
    notebook = Notebook(browser_page, lab, name)
    notebook.start_all()
    browser_page.locator(RED).first.wait_for()

    assert notebook.red() == [line]


@dataclass(frozen=True)
class Training:
    """The training cell of a notebook, and what it says at each point of an evening."""

    name: str
    cell: str
    first: str
    bar: str
    stopped: str
    goes_on: str
    read: str
    pictures: int  # in the whole notebook, when nothing is left to train


TRAININGS = (
    Training(
        ONE,
        "run = train_gan(",
        "Trying your functions.",
        "of 780 steps [",
        "of 780 steps; run this cell again",
        "Going on from step",
        "The trained networks are read from gan_checkpoint.npz.",
        pictures=6,
    ),
    Training(
        TWO,
        "training = train_word2vec(",
        "so 2,000 iterations.",
        "of 2,000 iterations [",
        "of 2,000 iterations; run this cell again",
        "Going on from iteration",
        "These vectors are read from word2vec_checkpoint.npz.",
        pictures=3,
    ),
)


@pytest.mark.timeout(8 * DEADLINE_S)
def test_an_evening_goes_from_the_release_to_a_graded_zip(
    browser_page: Page, lab: str, homework: Path, assignment: Assignment, tmp_path: Path
) -> None:
    """One test, because each part goes on in the folder of the one before."""
    for training in TRAININGS:
        train_and_look(browser_page.context.new_page(), lab, homework, assignment, training)
    check_pack_and_grade(homework, assignment, tmp_path)


def train_and_look(page: Page, lab: str, homework: Path, assignment: Assignment, training: Training) -> None:
    """Stop training, go on, and read it: nothing is red, each picture is there, a second run trains nothing."""
    solve(homework, assignment, training.name)
    notebook = Notebook(page, lab, training.name)
    notebook.start_all()
    notebook.shows(training.cell, training.first)
    notebook.shows(training.cell, training.bar)
    notebook.stop()
    notebook.shows(training.cell, training.stopped)
    notebook.wait_for_end()
    assert notebook.red() == []

    notebook.restart_and_run_all()
    notebook.shows(training.cell, training.goes_on)
    notebook.wait_for_end()
    notebook.restart_and_run_all()
    notebook.wait_for_end()

    assert notebook.red() == []
    assert training.read in notebook.text()
    assert len(notebook.widths()) == training.pictures
    assert min(notebook.widths()) > 400
    if training.name == TWO:
        (minutes,) = re.findall(r"Training took ([\d.]+) minutes", notebook.text())
        notebook.run("def run_time_minutes", f"def run_time_minutes():\n    return {max(float(minutes), 0.1)}")
        notebook.shows('visible_check("run_time_minutes")', "4 of 4 are ok")
    notebook.save(homework / f"{training.name}.ipynb", training.read)


def check_pack_and_grade(homework: Path, assignment: Assignment, tmp_path: Path) -> None:
    """All that the check says of the notebooks and the plot is that the data is mini; the code earns full points."""
    python = [sys.executable, "-m"]
    said = subprocess.run([*python, "handin", "--check"], cwd=homework, capture_output=True, text=True, check=False)
    lines = [line for line in said.stdout.splitlines() if line[6:].startswith((ONE, TWO, "word_vectors.png"))]
    assert len(lines) == 2
    assert all("it was run with the mini data" in line for line in lines)

    subprocess.run([*python, "handin", "ann"], cwd=homework, capture_output=True, check=False)
    grading = [*python, "autograder.cli", "grade", str(homework / "ann_HW4.zip"), "--out", str(tmp_path)]
    subprocess.run(grading, cwd=assignment.course_dir, capture_output=True, check=False)
    report = Report.from_json((tmp_path / "results" / "hw4" / "ann.json").read_text(encoding="utf-8"))
    assert {item.id: item.score for item in report.items} == {item.id: item.points for item in assignment.auto_items}
    assert [finding.text for finding in report.findings if finding.level != "info"] == []
