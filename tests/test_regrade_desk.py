"""Regrade requests at the desk: from the list that came in to the reply that the student reads."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

import marked_class
import pytest
import small_course
from browser import DESKTOP, PATIENCE_MS
from desk_class import Marker
from desk_keys import Keys
from marked_class import Client, Desk, MarkedClass
from playwright.sync_api import Browser, expect

from autograder.commands.feedback import feedback
from autograder.commands.report import report
from autograder.commands.requests import requests
from autograder.gradebook import scores
from autograder.gradebook.desk_book import Decision, DeskBook
from autograder.gradebook.regrade_requests import regrade_requests
from autograder.model.result_folders import ResultFolders

ITEM, CODE = "attacks", "leaky_relu"
HOSTILE = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>'
ASKED = f"""\
student,item,reason
ann,{ITEM},I say what each minimises. {HOSTILE.replace('"', "'")}
dan,{CODE},=1+1 my slope is right
joe,{ITEM},$x^2$
"""
REPLY = "You are *right*."


@dataclass(frozen=True)
class Asked:
    """A class that was marked, where three ask, and the servers of an instructor and of a marker."""

    made: MarkedClass
    eva: Desk
    max: Desk

    @property
    def url(self) -> str:
        """The gradebook."""
        return scores.url(small_course.settings(self.made.assignment), self.made.out)

    def client(self, desk: Desk | None = None) -> Client:
        """Return a browser without pages."""
        return (desk or self.eva).client().enter()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("asked")
    settings = 'c.MarkingDesk.instructors = ["eva"]\n'
    made = marked_class.make(folder, settings=settings, out=folder / "course")
    url = scores.url(small_course.settings(made.assignment), made.out)
    with DeskBook(url, made.assignment, made.assignment.rubrics) as book:
        states = book.states(ITEM)
        waiting = [student for student, state in states.items() if state.is_open]
        seen = {student: states[student].revision for student in waiting}
        half = Decision(frozenset("1"), comment="Half of it.", done=True)
        book.save(ITEM, waiting, half, Marker("max", "1"), seen=seen)
        book.release(ITEM, Marker("max", "1"))
    (folder / "asked.csv").write_text(ASKED)
    assert requests(made.course, [folder / "asked.csv"]) == 1
    with marked_class.running(made) as eva, marked_class.running(made, marker="max") as other:
        yield Asked(made, eva, other)


def give_back(client: Client) -> None:
    """Leave the page, as a browser says it."""
    assert client.ask("/marking/hw4/requests/release", {}).status == 200


def addresses(client: Client) -> list[str]:
    """Return the addresses of the requests, in the order of the page."""
    page = client.opened("/marking/hw4/requests").text
    return list(dict.fromkeys(part.split('"')[0] for part in page.split('href="')[1:] if "/requests/" in part[:60]))


def test_the_first_page_counts_them_and_nothing_of_a_student_runs(asked: Asked):
    """Neither in the list nor on the page of a request, in no attribute and no text."""
    client = asked.client()

    assert "Regrade requests: 3 open." in client.ask("/marking/hw4").text
    assert len(addresses(client)) == 3
    for address in ("/marking/hw4/requests", *addresses(client)):
        page = client.ask(address).text
        assert "<img src=x" not in page
        assert "alert(2)</script>" not in page
    give_back(client)


def test_what_cannot_be_answered_is_refused_in_a_sentence(asked: Asked):
    """No reply, no such points, points by who may not change them, an open page of somebody else, a stranger."""
    client, other = asked.client(), asked.client(asked.max)
    code = addresses(client)[0]
    shown = other.ask(code).text
    body = {"reply": REPLY, "asked": shown.split('data-asked="')[1].split('"')[0], "seen": {}, "points": 3}

    assert "reply" in other.ask(f"{code}/save", {**body, "reply": " "}).json["sentence"]
    assert other.ask(f"{code}/save", {**body, "points": 31}).status == 400
    assert other.ask(f"{code}/save", {**body, "points": float("nan")}).status == 400
    refused = other.ask(f"{code}/save", body)
    assert (refused.status, "instructor" in refused.json["sentence"]) == (403, True)

    assert "max has this request open" in client.ask(code).text
    assert client.ask(f"{code}/save", body).status == 409
    give_back(other)
    assert client.ask("/marking/hw4/requests/nothing/0123456789").status == 404
    assert client.ask(f"/marking/hw4/requests/{ITEM}/0123456789").status == 404


def test_by_keys_from_the_list_to_the_feedback(asked: Asked, browser: Browser):
    """Code by points, a group by one tick, a reply alone; undone once, and then what the student reads."""
    context = browser.new_context(viewport=DESKTOP)
    context.set_default_timeout(PATIENCE_MS)
    eva = Keys(context.new_page(), asked.eva.entrance)
    eva.tab_to("Answer them").press("Enter").see("h1", "Regrade requests").tab_to("Answer the first").press("Enter")

    eva.see(".asks", "=1+1 my slope").see(".check-list", "multiplied by alpha").press("Enter")
    eva.see("#banner", "needs a reply").write(REPLY).see("#preview", "right").press("Escape", "a").write("12")
    eva.press("Enter").go_on()

    eva.see(".asks", "what each minimises").see(".same-answer", "2 others").press("2", "i")
    eva.see("#state", "Enter lets it count").press("w").see("#offers", REPLY).press("1", "Escape").go_on()
    eva.see(".asks", "$x^2$").press("u").see("#said", "Undone").see(".asks", "what each minimises")
    expect(eva.part("#reply")).to_have_value(REPLY)
    eva.press("2", "i").go_on()

    eva.see(".asks", "$x^2$").press("w").write("The second part is missing.").press("Control+Enter")
    eva.see(".go-on", "Every request is answered").see("main", "5 → 10")
    context.close()

    known = regrade_requests(asked.url, asked.made.assignment)
    found = {student: (one.before, one.after) for student, items in known.items() for (one,) in items.values()}
    assert found == {"ann": (5.0, 10.0), "dan": (15.0, 12.0), "joe": (5.0, 5.0)}
    with DeskBook(asked.url, asked.made.assignment, asked.made.assignment.rubrics) as book:
        states = book.states(ITEM)
    assert [states[student].score for student in ("ann", "ben", "cem", "joe")] == [10.0, 10.0, 10.0, 5.0]
    assert (states["joe"].marker, states["ann"].marker) == ("max", "eva")

    folders = ResultFolders(asked.made.out, "hw4")
    report(asked.made.course)
    with (folders.report / "regrade_requests.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["dan"]["request"], rows["dan"]["after"], rows["dan"]["reply"]) == (
        "'=1+1 my slope is right",
        "12",
        REPLY,
    )
    feedback(asked.made.course)
    page = (folders.feedback / "dan" / "index.html").read_text()
    assert "You are <em>right</em>." in page

    (offered,) = re.findall(r"<pre>(Regrade request.*?)</pre>", page, re.DOTALL)
    reply = asked.made.out.parent / "dan.txt"
    reply.write_text(offered.replace("Item:", f"Item: {ITEM}").replace("Reason:", "Reason: Not that one."))
    assert requests(asked.made.course, [reply]) == 1
    assert regrade_requests(asked.url, asked.made.assignment)["dan"][ITEM][0].reason == "Not that one."
