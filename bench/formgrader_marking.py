"""Mark answers in formgrader, in a real browser, as somebody who knows all its keys and thinks about nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

from marking_server import TOKEN, Pace, Server, Task
from playwright.sync_api import Page

# What formgrader itself waits for before it puts the cursor into the score box; its own tests wait for the same.
READY = (
    "() => typeof formgrader !== 'undefined' && formgrader.grades?.loaded && formgrader.comments?.loaded"
    " && MathJax.loaded"
)


def mark(page: Page, server: Server, tasks: Iterable[Task]) -> Pace:
    """Give the marks and comments of `tasks`, question by question; return what that took.

    The keys are the fewest that formgrader has: the score, Tab and the comment where there is one, and Ctrl+. for the
    next student with the cursor in the same score box.
    """
    pace = Pace()
    by_question: dict[str, dict[str, Task]] = {}
    for task in tasks:
        by_question.setdefault(task.item, {})[task.student] = task
    page.goto(f"{server.origin}/formgrader/?token={TOKEN}")
    for item, wanted in by_question.items():
        _question(page, server, item, wanted, pace)
    return pace


def _question(page: Page, server: Server, item: str, wanted: dict[str, Task], pace: Pace) -> None:
    notebook = next(iter(wanted.values())).notebook
    listed = json.loads(server.ask(f"formgrader/api/submitted_notebooks/{server.assignment}/{notebook}"))
    order = sorted((entry["id"], entry["student"]) for entry in listed)  # as formgrader goes from one to the next
    first = f"{server.origin}/formgrader/submissions/{order[0][0]}/"
    page.goto(first)
    page.wait_for_function(READY)
    place = page.evaluate("name => $('.tabbable').index($('#' + name))", item)
    page.goto(f"{first}?index={place}")
    page.wait_for_function(READY)
    for _, student in order:
        if student in wanted:
            _type(page, wanted[student], pace)
        started = time.monotonic()
        page.evaluate("() => { window.isOld = true; }")
        page.keyboard.press("Control+.")
        page.wait_for_function("() => !window.isOld")
        if student != order[-1][1]:
            page.wait_for_function(READY)
        if student in wanted:
            pace.waits_s.append(time.monotonic() - started)


def _type(page: Page, task: Task, pace: Pace) -> None:
    text = f"{task.points:g}"
    page.keyboard.type(text)
    pace.keys += len(text) + 1  # and Ctrl+.
    if task.comment:
        page.keyboard.press("Tab")
        page.keyboard.type(task.comment)
        page.keyboard.press("Shift+Tab")  # or the next page opens with the cursor in the comment
        pace.keys += 2 + len(task.comment)
    pace.answers += 1
    pace.decisions += 1
