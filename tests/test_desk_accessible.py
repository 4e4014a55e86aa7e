"""The pages of the marking desk for everybody: axe-core finds nothing on any, light and dark, wide and narrow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import accessibility
import marked_class
import pytest
import small_course
from browser import DESKTOP, PATIENCE_MS
from desk_keys import Keys
from finished_homework import plot
from marked_class import ANSWERS, SHEET, Client, Desk
from playwright.sync_api import Browser, Page

from autograder.gradebook import url
from autograder.gradebook.desk_book import DeskBook
from autograder.intake.asked_requests import Asked
from autograder.model.submission import Submission

ITEM, TABLET = "attacks", {"width": 820, "height": 1180}
DESK = "/marking/hw4"
NEW_RUBRIC = "- **6** Names what each attack minimises.\n- **4** Names the optimiser of each."
# What opens on an answer page, by the keys that open it; each begins where the one before ended.
OPENED = (
    ("g", "#panel [data-member]"), ("m", "#panel .prose"), ("c", "#offers li"), ("Escape", "#answer"),
    ("t", ".state.begun"), ("h", "#panel .events"), ("q", ".question[open]"), ("?", "#keys[open]"),
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A class in which everything was done once: marks, second marks that differ, a comment, a flag, a picture."""
    sent = Submission("mia", {}, {"adversarial": SHEET.format("See it.")}, files={"word_vectors": plot(1)[0]})
    answers = {**ANSWERS, "mia": sent}
    made = marked_class.make(tmp_path_factory.mktemp("class"), answers, "c.MarkingDesk.second_share = 1.0\n")
    with marked_class.running(made) as first, marked_class.running(made, marker="max") as second:
        eva = first.client().enter()
        question, _, key = mark(eva, eva.next(), ["1"]).rpartition("/")
        mark(second.client().enter(), f"{question}/2-{key}", ["1", "2"])
        with DeskBook(url(small_course.settings(made.assignment), made.out), made.assignment, {}) as book:
            book.ask([Asked("gus", ITEM, "Why?"), Asked("mia", "leaky_relu", "Why not?")])
        yield first


def mark(client: Client, address: str, ticks: list[str]) -> str:
    """Mark an answer with its group, with a comment and a flag; return its address."""
    seen = json.loads(unescape(re.search(r'data-seen="([^"]*)"', client.ask(address).text)[1]))
    said = {"ticks": ticks, "comment": "Which *norm*, $L_2$?", "flagged": True, "done": True, "seen": seen}
    assert client.ask(f"{address}/save", said).status == 200
    return address


@pytest.fixture(
    params=[("light", DESKTOP), ("dark", TABLET)],  # colours do not depend on the size
    ids=["light-desktop", "dark-tablet"],
)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in one of the ways in which the desk may look."""
    scheme, size = request.param
    context = browser.new_context(viewport=size, color_scheme=scheme)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_nothing_keeps_anybody_out(desk: Desk, page: Page):
    """Every page, and on the answer page everything that opens: people who see little or use no mouse can mark."""
    found: dict[str, list[str]] = {}

    def look(what: str) -> None:
        found[what] = accessibility.findings(page)

    keys = Keys(page, desk.entrance)
    look("overview")
    keys.tab_to(f"Mark {ITEM}").go_on()
    look("answer")
    for key, opened in OPENED:
        keys.press(key).appear(opened)
        look(f"answer after {key}")
    keys.press("Escape", "r").see("h1", "Rubric").tab_to("The mark scheme as text").press("Control+A")
    keys.write(NEW_RUBRIC).tab_to("Show what changes").press("Enter").see("#shown", "would gain")
    look("rubric with what it changes")
    keys.go_to(f"{DESK}/agreement").see("main", "Settle")
    look("agreement")
    keys.tab_to("Settle").go_on().appear(".state.disagreed")
    look("two marks to settle")
    for what, address in (
        ("students found", "find?name=a"), ("nobody found", "find?name=zzz"), ("student", "find?name=gus"),
        ("message", "question/none"), ("all marked", f"?finished={ITEM}"),
    ):  # fmt: skip
        keys.go_to(f"{DESK}/{address}" if address[0] != "?" else f"{DESK}{address}").appear("h1")
        look(what)
    keys.go_to(f"{DESK}/requests").tab_to("Answer the first").press("Enter").appear(".check-list")
    look("regrade request about code")
    keys.press("j").see(".asks", "Why?").press("w").write("So.").press("Escape", "2")
    keys.see("#state", "Enter lets it count")
    look("regrade request about an answer")
    keys.go_to(f"{DESK}/requests").see("h1", "Regrade requests")
    look("regrade requests")
    keys.go_to(f"{DESK}/find?name=mia").tab_to("Reading the plot").go_on().appear("#answer img")
    look("picture")
    keys.press("z").appear("#zoom[open]")
    look("picture, enlarged")

    assert {what: problems for what, problems in found.items() if problems} == {}
