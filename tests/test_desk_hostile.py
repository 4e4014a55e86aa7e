"""The marking desk under attack: by what students wrote, by crafted requests, and by markers who may not do it."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import hostile_class
import marked_class
import pytest
from browser import Witness
from hostile_text import CANARY, TRACES
from marked_class import Client, Desk, MarkedClass, Reply
from playwright.sync_api import Page, expect

QUESTION = "/marking/hw4/question/attacks"
SETTINGS = 'c.MarkingDesk.instructors = ["eva"]\nc.MarkingDesk.second_share = 1.0\n'
# What a reader of the answer page works with, and whether anything of a student's lies over it.
IN_PLACE = """() => {
    const found = [], width = innerWidth, height = innerHeight;
    const places = ".bar button, .actions button, #score, #rubric .row, #words textarea";
    if (document.documentElement.scrollWidth > width) found.push("the page scrolls sideways");
    for (const element of document.querySelectorAll(places)) {
        const box = element.getBoundingClientRect();
        const x = box.left + box.width / 2, y = box.top + box.height / 2;
        if (box.left < 0 || box.right > width + 1) found.push(`${element.outerHTML.slice(0, 80)} is cut off`);
        if (y > 0 && y < height && x < width && document.elementFromPoint(x, y)?.closest("#answer, #panel"))
            found.push(`${element.outerHTML.slice(0, 80)} is covered`);
    }
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    if (new Set(ids).size !== ids.length) found.push("two elements have one id");
    if (document.querySelector(".written :is(a, img, button, input, form, label, kbd, [id], [data-action])"))
        found.push("the answer has what the desk alone may have");
    if (document.querySelector(".remark :is(a, img, button)")) found.push("a note has a link, a picture or a button");
    return found;
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MarkedClass:
    """The hostile class."""
    return marked_class.make(tmp_path_factory.mktemp("class"), hostile_class.answers(), settings=SETTINGS)


@pytest.fixture(scope="module")
def desk(made: MarkedClass) -> Iterator[Desk]:
    """Run by a marker who is no instructor."""
    with marked_class.running(made, marker="mia") as started:
        yield started


@pytest.fixture(scope="module")
def client(desk: Desk) -> Client:
    return desk.client().enter()


def key(student: str) -> str:
    """Return what stands for a student in addresses."""
    return hashlib.blake2b(f"hw4\0{student}".encode(), digest_size=5).hexdigest()


def seen_in(page: str) -> dict[str, str]:
    """Return what a page saw of the marks, which a save has to give back."""
    return dict(re.findall(r"&#34;([0-9a-f]{10})&#34;: &#34;([^&]+)&#34;", page))


def sentence(reply: Reply) -> str:
    """Return what was said in place of an answer, which is no more than one sentence of ours."""
    page = re.search(r"<h1>.*?</h1>\s*<p>(.*?)</p>", reply.text, re.DOTALL)
    said = reply.json["sentence"] if reply.text.startswith("{") else page[1]
    assert said.endswith((".", ")")), said
    assert not re.search(r"Traceback|Error\b|\.py\b|/tmp/|/home/|, line \d+\)", said), said
    return said


def test_what_students_wrote_stays_on_the_paper(desk: Desk, browser_page: Page, witness: Witness):
    """Nothing runs, nothing is fetched, nothing is moved or covered, and the keys still work, whatever was written."""
    page, home = browser_page, f"http://127.0.0.1:{desk.port}"
    page.goto(desk.entrance)
    witness.requests.clear()
    found = {}
    for student, sent in hostile_class.answers().items():
        items = ("attacks",) if isinstance(sent, str) else ("attacks", "grad_softmax_u", "plot_reading")
        for item in items:
            page.goto(f"{home}/marking/hw4/question/{item}/{key(student)}")
            found[student, item] = page.evaluate(TRACES, CANARY) + page.evaluate(IN_PLACE)
    for address in ("", "/agreement", f"/student/{key('together')}", f"/student/{key('wide')}", "/find?name=%3Cb"):
        page.goto(f"{home}/marking/hw4{address}")
        found[address, ""] = page.evaluate(TRACES, CANARY) + page.evaluate(IN_PLACE)
    page.goto(f"{home}{QUESTION}/{key('together')}")
    page.keyboard.press("1")
    expect(page.locator("#score")).to_have_text("5")
    page.keyboard.press("1")
    expect(page.locator("#score")).to_have_text("–")

    assert {place: problems for place, problems in found.items() if problems} == {}
    assert (witness.complaints, witness.dialogs) == ([], [])
    assert [address for address in witness.requests if not address.startswith(f"{home}/marking/")] == []


def test_nobody_is_named_beside_an_answer(client: Client):
    """Who is marked for a whole group is a name, which is shown to nobody who did not ask for it."""
    shared = client.ask(f"{QUESTION}/{key('quinn')}").text

    assert "Another member of the group handed in the same answer" in shared
    assert not re.search(r"\b(pam|quinn)\b", shared)


@pytest.mark.parametrize("address", [f"{QUESTION}/s-{key('honest')}", f"{QUESTION}/2-{key('honest')}"])
def test_a_way_of_marking_that_an_answer_does_not_have_only_shows_it(client: Client, address: str):
    """Nothing is to be settled, and there is no first mark for a second one."""
    page = client.ask(address)
    refused = client.ask(f"{address}/save", {"ticks": ["1"], "done": True, "seen": {key("honest"): "0.0.0"}})

    assert page.status == 200
    assert refused.status == 409
    assert sentence(refused)


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("next", {"without": "a-b"}), ("next", {"without": "s-"}), ("renew", {"keys": ["9-0123456789"]}),
        ("renew", {"keys": [3]}), ("save", {"adjustment": 10**400}), ("save", '{"adjustment": 1e999}'),
        ("save", '{"adjustment": ' + "9" * 5000 + "}"), ("save", {"adjustment": -10.5, "reason": "x"}),
        ("save", {"ticks": ["99"]}), ("save", {"ticks": ["\ud800"]}), ("save", {"ticks": [["1"]]}),
        ("save", {"seen": {"x": "y"}}), ("save", {"ticks": ["1"] * 101}), ("save", "[" * 100_000),
        ("save", '{"a":' * 20_000), ("preview", {"text": 3}), ("rubric/preview", {"text": "- **1e999** x"}),
        ("rubric/adopt", {"text": "- **10** x"}), ("take-out", {"member": 3}),
    ],
)  # fmt: skip
def test_what_no_page_sends_gets_one_sentence(client: Client, made: MarkedClass, what: str, body: dict | str):
    """And nothing is written, by whomever and however it was sent."""
    address = f"{QUESTION}/{key('honest')}"
    seen = seen_in(client.ask(address).text)
    if what == "save" and isinstance(body, dict):
        body = {"seen": seen, "ticks": ["1"]} | body
    before = decisions(made)
    reply = client.ask(f"{address if what in ('save', 'take-out') else QUESTION}/{what}", body)

    assert 400 <= reply.status < 500
    assert sentence(reply)
    assert decisions(made) == before


def decisions(made: MarkedClass) -> int:
    """Return how much was decided."""
    with contextlib.closing(sqlite3.connect(made.out / "gradebook.db")) as book:
        return book.execute("select count(*) from autograder_event").fetchone()[0]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_do_nothing(desk: Desk, client: Client, method: str):
    """Nor do they allow another origin anything."""
    connection = http.client.HTTPConnection("127.0.0.1", desk.port)
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    connection.request(method, f"{QUESTION}/{key('honest')}/save", "{}", {"Cookie": cookies, "Origin": "http://x.y"})
    reply = connection.getresponse()
    reply.read()
    connection.close()

    assert reply.status in (403, 404, 405)
    assert not [name for name in reply.headers if name.lower().startswith("access-control-allow")]


def test_answers_in_files_are_in_no_group_unless_the_files_are_the_same(client: Client):
    """Nobody reads the file of one student for another one, whatever both wrote on the sheet."""
    pages = [client.ask(f"/marking/hw4/question/grad_softmax_u/{key(student)}").text for student in ("n0", "n1")]

    assert all("may be in a file that is not read" in page for page in pages)
    assert not any(re.search(r"\d answers (are|read) the same", page) for page in pages)


def test_a_comment_loads_nothing_and_leads_nowhere(client: Client):
    """One marker's comment is shown to another one who settles."""
    text = "![x](../../../logout) [y](http://127.0.0.1:9/) <b id=answer>z</b>"
    html = client.ask(f"{QUESTION}/preview", {"text": text}).json["html"]

    assert not re.search(r"<(a|img|b)\b", html)
    assert "logout" in html


def test_the_log_holds_one_line_for_a_request(desk: Desk, client: Client):
    """Nobody writes lines of his own into it."""
    client.ask(f"/marking/hw4/find?name=%0a%0d[I%20forged]{'x' * 100}")
    client.ask("/marking/%0a[W forged]%0d".replace(" ", "%20"))

    assert not re.search(r"^\[. ?forged", Path(desk.log).read_text(), re.MULTILINE)


def test_an_answer_that_is_being_recorded_anew_can_only_be_read(client: Client, made: MarkedClass):
    """The gradebook has it already, the page not yet: a mark would count for a text that the marker has not seen."""
    address, book = f"{QUESTION}/{key('tall')}", made.out / "gradebook.db"
    change = "update autograder_answer set digest = ? where student = 'tall' and item = 'attacks'"
    with contextlib.closing(sqlite3.connect(book, isolation_level=None)) as connection:
        old = connection.execute(
            "select digest from autograder_answer where student = 'tall' and item = 'attacks'"
        ).fetchone()[0]
        connection.execute(change, ("0" * 32,))
        page = client.ask(address).text
        refused = client.ask(f"{address}/save", {"ticks": ["1"], "seen": seen_in(page)})
        connection.execute(change, (old,))

    assert "This answer is being recorded anew" in page
    assert refused.status == 409
    assert sentence(refused)


def test_a_gradebook_that_is_gone_costs_nothing(client: Client, made: MarkedClass):
    """Pages say so in a sentence, a decision is refused so that the page sends it again, and then it counts."""
    address, book = f"{QUESTION}/{key('long')}", made.out / "gradebook.db"
    save = {"ticks": ["1"], "seen": seen_in(client.ask(address).text)}
    for path in made.out.glob("gradebook.db*"):
        path.rename(path.with_name(f"moved-{path.name}"))
    replies = [client.ask("/marking/hw4"), client.ask(address), client.ask(f"{address}/save", save)]
    for path in made.out.glob("moved-gradebook.db*"):
        path.rename(path.with_name(path.name.removeprefix("moved-")))

    assert [reply.status for reply in replies] == [500, 500, 500]
    assert all("The gradebook gradebook.db is gone" in sentence(reply) for reply in replies)
    assert client.ask(f"{address}/save", save).json["score"] == "5"
    assert book.exists()


def test_what_the_gradebook_does_not_have_is_not_called_marked(client: Client, made: MarkedClass):
    """An older gradebook was put back, or a student was removed from it."""
    with contextlib.closing(sqlite3.connect(made.out / "gradebook.db", isolation_level=None)) as book:
        book.execute("delete from submitted_assignment where student_id = 'word'")
    page = client.ask("/marking/hw4").text

    assert "The answers of 1 student cannot be marked" in page
    assert "word: The gradebook does not have this submission" in page
