"""The pages of the marking desk in a real browser: an evening by keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import marked_class
import pytest
from browser import Witness
from marked_class import Desk, MarkedClass
from playwright.sync_api import Page, expect
from test_desk_server import marks


@pytest.fixture
def made(tmp_path) -> MarkedClass:
    return marked_class.make(tmp_path, settings='c.MarkingDesk.instructors = ["eva"]\n')


@pytest.fixture
def desk(made: MarkedClass) -> Iterator[Desk]:
    with marked_class.running(made) as started:
        yield started


def state(page: Page, words: str) -> None:
    """Wait until the page says how the mark of the answer stands."""
    expect(page.locator("#state")).to_have_text(re.compile(words))


def open_question(page: Page, desk: Desk) -> None:
    """Go from the list of questions to the first answer of one."""
    page.goto(desk.entrance)
    page.get_by_role("link", name="Mark attacks").click()
    expect(page.get_by_role("article")).to_be_focused()


def test_a_question_is_marked_by_keys(desk: Desk, made: MarkedClass, browser_page: Page, witness: Witness):
    """Digits tick, Enter goes on, `l` repeats the mark before, undo goes back; everything is in the gradebook."""
    page = browser_page
    open_question(page, desk)
    expect(page.locator(".group")).to_contain_text("3 answers")
    page.keyboard.press("1")
    expect(page.get_by_role("status")).to_contain_text("Saved: 5 of 10")
    first = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: address != first)
    state(page, "not marked")
    expect(page.locator("#left")).to_contain_text("5 decisions left")
    assert sum(mark == (5.0, False) for mark in marks(made).values()) == 3

    page.keyboard.press("l")
    expect(page.locator("#score")).to_have_text("5")
    page.keyboard.press("u")
    state(page, "not marked")
    page.keyboard.press("t")
    state(page, "saved")
    page.keyboard.press("u")
    expect(page.get_by_role("alert")).to_contain_text("Undone for 3 answers.")
    state(page, "not marked")
    second = page.url
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: address != second)
    page.go_back()
    state(page, "marked by eva")
    expect(page.locator("#score")).to_have_text("0")
    assert sum(mark == (0.0, False) for mark in marks(made).values()) == 3
    assert witness.complaints == []
    assert all(address.startswith(f"http://127.0.0.1:{desk.port}/") for address in witness.requests)


def test_one_of_a_group_is_taken_out_and_marked_otherwise(desk: Desk, made: MarkedClass, browser_page: Page):
    """The panel says how the answers differ; Escape closes it."""
    page = browser_page
    open_question(page, desk)
    page.keyboard.press("g")
    expect(page.get_by_role("button", name="Take answer 1 out of the group")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.locator(".group")).to_contain_text("2 answers")
    page.keyboard.press("1")
    state(page, "saved")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Model answer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Model answer")).to_be_hidden()
    page.keyboard.press("h")
    expect(page.locator(".events")).to_contain_text("no → 5 points")
    assert sum(mark[0] == 5.0 for mark in marks(made).values()) == 2


def test_all_of_a_comment_is_seen_on_a_small_screen(desk: Desk, browser_page: Page):
    """The box, what it will look like, and the comments before it stand above the buttons at the bottom."""
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": 560})
    open_question(page, desk)
    page.keyboard.press("c")
    page.keyboard.type("\n".join(["because $u_o$"] * 9))
    for seen in ("#preview", "#comment"):
        expect(page.locator(seen)).to_be_in_viewport(ratio=0.5)
        bottom = page.locator(seen).bounding_box()
        assert bottom is not None
        assert bottom["y"] < page.locator(".actions").bounding_box()["y"]


def test_keys_do_nothing_else_while_one_writes(desk: Desk, made: MarkedClass, browser_page: Page, witness: Witness):
    """A comment is saved as it is typed, shown with its mathematics, and offered for the next answer."""
    page = browser_page
    open_question(page, desk)
    page.keyboard.press("c")
    page.keyboard.type("1 utter $u_o$ jk")
    expect(page.locator("#preview math")).to_be_visible()
    page.keyboard.press("Escape")
    state(page, "saved")
    expect(page.get_by_role("checkbox").first).not_to_be_checked()
    page.keyboard.press("Control+1")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    state(page, "not marked")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="1 utter")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_label("Comment to the student")).to_have_value("1 utter $u_o$ jk")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is ticked.")
    page.keyboard.press("n")
    expect(page.locator(".name")).to_be_visible()
    assert witness.complaints == []


def test_what_is_pressed_while_the_server_is_away_is_sent_when_it_is_back(
    desk: Desk, made: MarkedClass, browser_page: Page
):  # fmt: skip
    """The page says so, and loses nothing."""
    page = browser_page
    open_question(page, desk)
    page.route("**/save", lambda route: route.abort())
    page.keyboard.press("1")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer.")
    page.keyboard.press("2")
    page.unroute("**/save")
    state(page, "saved")
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.locator("#score")).to_have_text("10")
    assert sum(mark[0] == 10.0 for mark in marks(made).values()) == 3
