"""Four browsers of three markers at once, each marker with a server as on a hub; one server is killed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import marked_class
import postgres_server
import pytest
import small_course
import whole_gradebook
from browser import DESKTOP, PATIENCE_MS
from desk_keys import Keys
from marked_class import MarkedClass
from playwright.sync_api import Browser, expect
from waiting import wait_until

from autograder.desk.class_desk import ClassDesk
from autograder.gradebook import scores
from autograder.gradebook.desk_book import Decision

pytestmark = pytest.mark.long

ITEM = "attacks"
WORDS = (
    "norm margin gradient pixel picture label loss optimiser step constant penalty box digit model class vector sign "
    "target search ball range noise sum bound"
)
ANSWERS = {f"s{number}": f"It is all about the {word}." for number, word in enumerate(WORDS.split())}
BEFORE_THE_KILL = 6  # decisions


@dataclass
class Marking:
    """One browser of a marker, and what was pressed in it, by answer."""

    marker: str
    keys: Keys
    pressed: list[tuple[str, str]] = field(default_factory=list)
    shown: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether the page shows no answer any more."""
        return not self.keys.key

    def step(self) -> bool:
        """Mark the answer that is shown, without waiting for anything; False while it is still the one before."""
        key = self.keys.key
        if key in ("", self.shown):
            return False
        self.shown = key
        self.pressed.append((self.keys.answer, str(1 + len(self.pressed) % 2)))
        self.keys.press(self.pressed[-1][1], "Enter")
        return True


@pytest.fixture(params=["sqlite", "postgres"])
def made(request: pytest.FixtureRequest, tmp_path) -> Iterator[MarkedClass]:
    """A class of many different answers, with its gradebook in a file or on a server."""
    with ExitStack() as stack:
        settings = ""
        if request.param == "postgres":
            server = stack.enter_context(postgres_server.running())
            settings = f'c.CourseDirectory.db_url = "{server.format(name=postgres_server.new_database(server))}"\n'
        yield marked_class.make(tmp_path, ANSWERS, settings)


def test_no_answer_is_given_twice_and_no_mark_is_lost(made: MarkedClass, browser: Browser):
    """Also while a server is killed under somebody's keys: the page says so, and sends what it kept to the next one."""
    with ExitStack() as stack:
        desks = {name: stack.enter_context(marked_class.running(made, marker=name)) for name in ("eva", "max", "zoe")}
        markings = []
        for name in ("eva", "max", "zoe", "eva"):
            context = stack.enter_context(browser.new_context(viewport=DESKTOP))
            context.set_default_timeout(PATIENCE_MS)
            keys = Keys(context.new_page(), desks[name].entrance)
            markings.append(Marking(name, keys.tab_to(f"Mark {ITEM}").go_on()))
        cut_off = markings[1]

        def all_step() -> None:
            for marking in markings:
                marking.step()

        while sum(len(marking.pressed) for marking in markings) < BEFORE_THE_KILL:
            all_step()
        wait_until(cut_off.step)
        desks["max"].kill()
        cut_off.keys.press("f")  # a key without a server
        expect(cut_off.keys.part("#banner")).to_contain_text("The server does not answer.")
        stack.enter_context(marked_class.running(made, marker="max", port=desks["max"].port, token="another"))
        while not all(marking.is_finished for marking in markings):
            all_step()
    pressed = {said: (marking.marker, tick) for marking in markings for said, tick in marking.pressed}

    assert sorted(said for marking in markings for said, _ in marking.pressed) == sorted(ANSWERS.values())
    assert all(marking.pressed for marking in markings)
    assert marks(made) == {student: pressed[said] for student, said in ANSWERS.items()}
    books = whole_gradebook.dump(scores.url(small_course.settings(made.assignment), made.out))["hw4"]["submissions"]
    assert {book["adversarial"]["grades"][ITEM] for book in books.values()} == {(None, 5.0, None, False)}


def marks(made: MarkedClass) -> dict[str, tuple[str, str]]:
    """Return who marked each answer, and the point that is ticked."""
    desk = ClassDesk.load(made.course, made.out, "hw4")
    states = desk.book.states(ITEM)
    desk.close()
    decisions = {student: state.decision or Decision() for student, state in states.items()}
    return {student: (states[student].marker, " ".join(said.ticks)) for student, said in decisions.items()}
