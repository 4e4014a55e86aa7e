"""Mark answers at the desk, in a real browser, as somebody who knows all its keys and thinks about nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from marking_server import TOKEN, Pace, Server, Task
from playwright.sync_api import Page

# What is on the page: the key of the answer, and of each row its id, its kind and whether it is ticked.
SHOWN = """() => ({
    key: document.querySelector('.sheet').dataset.key,
    rows: [...document.querySelectorAll('#rubric input')].map((box) => [box.dataset.id, box.dataset.kind, box.checked]),
})"""
IS_NEXT = "old => !document.querySelector('.sheet') || document.querySelector('.sheet').dataset.key !== old"
DIGITS, ALL_POINTS, NO_POINTS = "1234567890", "t", "e"


def mark(
    page: Page, server: Server, tasks: Iterable[Task],
    key_of: Callable[[str], str], mates_of: Callable[[Task], Sequence[str]],
) -> Pace:  # fmt: skip
    """Give the marks and comments of `tasks`, question by question; return what that took.

    `key_of` is what stands for a student on the desk; `mates_of` gives the students whom one decision marks.
    """
    pace = Pace()
    by_question: dict[str, dict[str, Task]] = {}
    for task in tasks:
        by_question.setdefault(task.item, {})[key_of(task.student)] = task
    page.goto(f"{server.origin}/marking/{server.assignment}?token={TOKEN}")
    for item, wanted in by_question.items():
        page.goto(f"{server.origin}/marking/{server.assignment}/question/{item}")
        while page.locator(".sheet").count():
            shown = page.evaluate(SHOWN)
            task = wanted[shown["key"]]
            _decide(page, task, shown["rows"], pace)
            pace.answers += len(mates_of(task))
            pace.decisions += 1
            pace.keys += 1
            started = time.monotonic()
            page.keyboard.press("Enter")
            page.wait_for_function(IS_NEXT, arg=shown["key"])
            pace.waits_s.append(time.monotonic() - started)
    return pace


def _decide(page: Page, task: Task, rows: Sequence[tuple[str, str, bool]], pace: Pace) -> None:
    presses = [DIGITS[number] for number, (row, _, is_ticked) in enumerate(rows) if is_ticked != (row in task.ticks)]
    if not task.ticks:
        presses = [NO_POINTS]
    elif len(presses) > 1 and task.ticks == {row for row, kind, _ in rows if kind == "points"}:
        presses = [ALL_POINTS]
    for key in presses:
        page.keyboard.press(key)
    pace.keys += len(presses)
    if task.comment:
        page.keyboard.press("c")
        offered = [offer.get_attribute("data-text") for offer in page.locator("#offers li button:visible").all()]
        if task.comment in offered[: len(DIGITS) - 1]:
            page.keyboard.press(DIGITS[offered.index(task.comment)])
            pace.keys += 1
        else:
            page.keyboard.type(task.comment)
            pace.keys += len(task.comment)
        page.keyboard.press("Escape")
        pace.keys += 2
