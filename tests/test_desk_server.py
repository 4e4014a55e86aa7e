"""The marking desk's server: who gets in, what an answer allows, crafted addresses, and a round of marking."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import marked_class
import pytest
from marked_class import ANSWERS, TOKEN, Client, Desk, MarkedClass
from small_course import PROJECT
from tornado import web

from autograder import cli
from autograder.desk import routes
from autograder.desk.class_desk import ClassDesk
from autograder.desk.strict_handler import POLICY, NothingHandler, StaticHandler
from autograder.gradebook.desk_book import Decision, Marker
from autograder.model.assignment import Assignment

QUESTION = "/marking/hw4/question/attacks"
STRICT = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MarkedClass:
    """The class, with an address of its own below that of the server, as on a JupyterHub."""
    return marked_class.make(tmp_path_factory.mktemp("class"), settings='c.MarkingDesk.instructors = ["eva"]\n')


@pytest.fixture(scope="module")
def desk(made: MarkedClass) -> Iterator[Desk]:
    with marked_class.running(made, base="/user/eva/") as started:
        yield started


@pytest.fixture(scope="module")
def client(desk: Desk) -> Client:
    return desk.client().enter()


def marks(made: MarkedClass, item: str = "attacks") -> dict[str, tuple[float | None, bool]]:
    """Return points, and whether somebody has to mark, by student, as nbgrader's own tables say."""
    rows = sqlite3.connect(made.out / "gradebook.db").execute(
        "select s.student_id, g.manual_score, g.needs_manual_grade from grade g join base_cell c on c.id = g.cell_id "
        "join submitted_notebook n on n.id = g.notebook_id join submitted_assignment s on s.id = n.assignment_id "
        "where c.name = ?",
        (item,),
    )
    return {student: (score, bool(waiting)) for student, score, waiting in rows}


def key_of(client: Client, text: str) -> str:
    """Return the key of the first answer that says `text`."""
    address, seen = client.next(), set[str]()
    while address and address not in seen:
        seen.add(address)
        page = client.ask(address).text
        if text in page:
            return address.rpartition("/")[2]
        address = re.search(r'data-following="([^"]*)"', page)[1].removeprefix(client.base.rstrip("/"))
    raise AssertionError(f"nobody wrote {text}")


def seen_in(page: str) -> dict[str, str]:
    """Return what a page saw of the marks, which a save has to give back."""
    return dict(re.findall(r"&#34;([0-9a-f]{10})&#34;: &#34;([^&]+)&#34;", page))


ADDRESSES = [
    "/marking", "/marking/hw4", QUESTION, f"{QUESTION}/0123456789", f"{QUESTION}/rubric", "/marking/hw4/agreement",
    "/marking/hw4/student/0123456789", "/marking/hw4/find?name=a", "/marking/static/desk.css", "/marking/nothing",
    "/marking/hw4/file/0123456789/word_vectors.png",
]  # fmt: skip
POSTS = [
    "0123456789/save",
    "0123456789/take-out",
    "next",
    "renew",
    "release",
    "undo",
    "preview",
    "rubric/adopt",
    "rubric/keep",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_gets_in_without_the_token(desk: Desk, address: str):
    """Pages lead to the login of the server; a wrong token is none."""
    for asked in (address, f"{address}{'&' if '?' in address else '?'}token=wrong"):
        reply = desk.client().ask(asked)

        assert reply.status == 302
        assert "/login" in reply.headers["Location"]


def test_a_question_that_others_have_open_is_not_offered_again(client: Client):
    """Whoever found nothing free in it is not led back to it."""
    page = client.ask("/marking/hw4?finished=attacks").text

    assert "Every answer to attacks is marked, or open with somebody else." in page
    assert "Nothing is free for you now" in page
    assert "button main" not in page


def test_a_question_with_nothing_left_shows_its_first_answer(tmp_path, monkeypatch, capsys):
    """What is marked can be read again, one answer after the other; the report no longer says what waits."""
    made = marked_class.make(tmp_path)
    monkeypatch.chdir(made.course)
    cli.main(["report", "--out", str(made.out)])
    assert "written answers. `autograder mark` opens them." in capsys.readouterr().out
    with marked_class.running(made) as desk:
        eva = desk.client().enter()
        while 'data-status="unmarked"' in (page := eva.ask(address := eva.next()).text):
            eva.ask(f"{address}/save", {"ticks": [], "done": True, "seen": seen_in(page)})

        assert 'data-status="done"' in page
        assert "Answer 1 of " in page
        assert "Look at attacks" in eva.ask("/marking/hw4").text
    cli.main(["report", "--out", str(made.out)])
    assert "Not marked yet" not in capsys.readouterr().out


@pytest.mark.parametrize("what", POSTS)
def test_nothing_is_changed_without_the_token_of_forms(desk: Desk, client: Client, what: str):
    """Neither by a stranger nor by another page in the browser of somebody who is logged in."""
    stranger = desk.client()
    forged = Client(desk.port, desk.base, dict(client.cookies))

    assert stranger.ask(f"{QUESTION}/{what}", {}).status == 403
    assert forged.ask(f"{QUESTION}/{what}", {}).status == 403
    assert forged.ask(f"{QUESTION}/{what}", {}, **{"X-XSRFToken": "2|1|2|3"}).status == 403


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_foreign_name_that_leads_to_this_machine_gets_nothing(desk: Desk, client: Client, address: str):
    """Not even with the cookies of somebody who is logged in, or with the token; and a form needs its own token."""
    known = Client(desk.port, desk.base, dict(client.cookies), client.xsrf)
    for asked in (address, f"{address}{'&' if '?' in address else '?'}token={TOKEN}"):
        assert known.ask(asked, Host="elsewhere.example").status == 403
    forged = Client(desk.port, desk.base, dict(client.cookies))

    assert known.ask(f"{QUESTION}/next", {}, Origin="https://elsewhere.example").status == 404
    assert forged.ask(f"{QUESTION}/next", {}, Origin=f"http://127.0.0.1:{desk.port}").status == 403


def test_every_method_of_every_handler_asks_who_it_is():
    """Tornado's own check stands around each."""
    handlers = {handler for _, handler in routes.HANDLERS} | {StaticHandler, NothingHandler}
    methods = [getattr(handler, name) for handler in handlers for name in ("get", "post") if name in vars(handler)]
    checked = web.authenticated(lambda self: None).__code__

    assert len(methods) > len(handlers)
    assert all(method.__code__ is checked for method in methods)


def test_every_answer_has_the_strict_policy(client: Client):
    """Pages, files of ours, what a script gets, and what is not there."""
    answer = client.next()
    for address in (
        *ADDRESSES,
        answer,
        f"{answer}?part=yes",
        f"{answer}/history",
        f"{answer}/members",
        f"{answer}/model",
    ):
        reply = client.ask(address)

        assert {name: reply.headers[name] for name in STRICT} == STRICT, address
        assert reply.headers["Cache-Control"] == "no-store" or "/static/" in address
        assert not re.search(r"<script(?! src=)|\son\w+=|style=|javascript:|https?://(?!www\.w3\.org)", reply.text), (
            address
        )


@pytest.mark.parametrize(
    "address",
    [
        "/marking/hw5", "/marking/hw4/question/leaky_relu", "/marking/hw4/question/none", f"{QUESTION}/0123456789",
        f"{QUESTION}/2-0123456789", f"{QUESTION}/ann", f"{QUESTION}/..%2f..%2fetc", "/marking/hw4/student/0123456789",
        "/marking/hw4/student/ann", "/marking/..%2f..%2fgradebook.db", "/marking/static/..%2fapp.py",
        "/marking/static/desk.py", "/marking/hw4/file/0123456789/derivation.pdf", "/marking/hw4/file/ann/x.jpg",
        f"{QUESTION}/rubric/more", "/marking/%00", "/marking/hw4%0a/question/attacks",
    ],
)  # fmt: skip
def test_crafted_addresses_get_one_sentence(client: Client, address: str):
    """Nothing is read, and nobody learns how our code is built."""
    reply = client.ask(address)
    said = re.search(r"<h1>.*?</h1>\s*<p>(.*?)</p>", reply.text, re.DOTALL)

    assert reply.status == 404
    assert said
    assert said[1].endswith((".", ")"))
    assert "Traceback" not in reply.text


def test_files_of_others_are_not_given_away(client: Client, made: MarkedClass):
    """A name that this student does not have, and names that lead elsewhere."""
    key = client.next().rpartition("/")[2]
    for name in ("gradebook.db", "..%2f..%2fgradebook.db", "%2fetc%2fpasswd", "adversarial.ipynb", ".", "..%00.jpg"):
        assert client.ask(f"/marking/hw4/file/{key}/{name}").status == 404, name


def test_answers_are_text_and_names_are_hidden(client: Client, made: MarkedClass):
    """What a student wrote runs nowhere; no id of a student is on any page before it is asked for."""
    key = key_of(client, "document.title")
    page = client.ask(f"{QUESTION}/{key}").text

    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert not re.search(rf"\b(?:{'|'.join(ANSWERS)})\b", re.sub(r"<kbd>.*?</kbd>", "", page))
    named = Client(client.port, client.base, client.cookies | {"marking-names": "yes"}).ask(f"{QUESTION}/{key}").text
    assert ">ian</a>" in named


def test_a_student_is_found_by_name(client: Client):
    """One who fits alone is opened at once."""
    found = client.ask("/marking/hw4/find?name=gu")

    assert found.status == 302
    page = client.ask(found.headers["Location"].removeprefix(client.base.rstrip("/")))
    assert "attacks" in page.text
    assert "Carlini" in page.text
    assert "Nobody" in client.ask("/marking/hw4/find?name=zoe").text


@pytest.mark.parametrize(
    "body",
    [
        "no JSON", "[]", '{"ticks": "1"}', '{"adjustment": "1"}', '{"adjustment": NaN}', '{"adjustment": true}',
        '{"comment": 3}', '{"seen": []}', '{"seen": {"x": 1}}', '{"done": true, "adjustment": 1}', '{"version": "1"}',
        '{"comment": "' + "x" * 300_000 + '"}',
    ],
)  # fmt: skip
def test_a_decision_that_has_no_meaning_is_refused(client: Client, made: MarkedClass, body: str):
    """In one sentence, and nothing is written."""
    before = marks(made)
    reply = client.ask(f"{client.next()}/save", body)

    assert reply.status in (400, 413)
    assert reply.json["sentence"].endswith(".")
    assert marks(made) == before


def test_a_round_of_marking(client: Client, made: MarkedClass):
    """The largest group comes first; a tick is saved at once for all of it, `done` ends it, undo brings it back."""
    address = client.next()
    page = client.ask(address).text
    assert "3 answers" in page
    decision = {"ticks": ["1"], "version": 0, "seen": seen_in(page)}
    tick = client.ask(f"{address}/save", decision).json
    assert (tick["score"], tick["status"]) == ("5", "begun")
    together = {student for student, mark in marks(made).items() if mark == (5.0, True)}
    assert together in ({"ann", "ben", "cem"}, {"dan", "eve", "fay"})

    again = client.ask(f"{address}/save", decision).json  # its first answer was lost on its way
    assert again["score"] == "5"
    done = client.ask(f"{address}/save", decision | {"done": True, "comment": "Well.", "seen": tick["seen"]}).json
    assert done["status"] == "done"
    assert {student for student, mark in marks(made).items() if mark == (5.0, False)} == together
    following = client.ask(f"{QUESTION}/next", {"without": address.rpartition("/")[2]}).json
    assert following["address"] != address
    assert "3 answers" in following["html"]
    assert client.ask(f"{QUESTION}/undo", {}).json["said"] == "Undone for 3 answers."
    assert {student for student, mark in marks(made).items() if mark == (5.0, True)} == together
    assert client.ask(f"{QUESTION}/undo", {}).json["said"] == "Undone for 3 answers."
    assert all(mark[0] is None for mark in marks(made).values())
    assert client.ask(f"{QUESTION}/undo", {}).json["said"] == "There is nothing to undo."


def test_nobody_overwrites_anybody(desk: Desk, client: Client):
    """What one browser holds, another one can only read; who comes late is told, and nothing is lost."""
    address = client.next()
    page = client.ask(address).text
    other = desk.client().enter()
    assert other.next() != address
    held = other.ask(address).text
    assert 'data-readonly="yes"' in held
    assert "open in another browser" in held
    refused = other.ask(f"{address}/save", {"ticks": ["1"], "seen": seen_in(held)})
    assert refused.status == 409
    assert refused.json["sentence"]

    assert client.ask(f"{address}/save", {"ticks": ["2"], "seen": seen_in(page)}).json["score"] == "5"
    stale = client.ask(f"{address}/save", {"ticks": ["1"], "seen": seen_in(page)})
    assert stale.status == 409
    assert client.ask(f"{QUESTION}/undo", {}).status == 200
    assert [one.ask(f"{QUESTION}/release", {}).status for one in (client, other)] == [200, 200]


def test_who_only_looks_holds_one_answer_at_a_time(desk: Desk, client: Client):
    """What was opened before is free for others again."""
    address = client.next()
    following = re.search(r'data-following="([^"]+)"', client.ask(address).text)[1].removeprefix("/user/eva")
    assert 'data-readonly="no"' in client.ask(following).text
    other = desk.client().enter()

    assert 'data-readonly="no"' in other.ask(address).text
    assert 'data-readonly="yes"' in other.ask(following).text
    assert [one.ask(f"{QUESTION}/release", {}).status for one in (client, other)] == [200, 200]


def test_the_rubric_is_changed_by_instructors_alone(desk: Desk, client: Client, made: MarkedClass):
    """A scheme that is not in order is refused in a sentence; a new one says whom it moves before it counts."""
    address = client.next()
    page = client.ask(address).text
    client.ask(f"{address}/save", {"ticks": ["1"], "done": True, "seen": seen_in(page)})
    assert "for what" in client.ask(f"{QUESTION}/rubric").text or "Names what" in client.ask(f"{QUESTION}/rubric").text
    wrong = client.ask(f"{QUESTION}/rubric/preview", {"text": "- **3** for one thing."})
    assert wrong.status == 400
    assert wrong.json["sentence"]
    text = "- **7** Names what each attack minimises.\n- **3** Names the optimiser of each.\n"
    shown = client.ask(f"{QUESTION}/rubric/preview", {"text": text}).json
    assert "3 answers would gain" in shown["html"]
    assert max(mark[0] or 0 for mark in marks(made).values()) == 5

    counted = client.ask(f"{QUESTION}/rubric/adopt", {"text": text, "version": shown["version"]}).json
    assert "3 marks moved" in counted["said"]
    assert max(mark[0] or 0 for mark in marks(made).values()) == 7
    assert client.ask(f"{QUESTION}/rubric/adopt", {"text": text, "version": 1}).status == 409


def test_where_there_is_no_course_the_page_says_so(tmp_path: Path, made: MarkedClass):
    """In one sentence, at every address; a course elsewhere is nothing to it."""
    (tmp_path / "empty").mkdir()
    with marked_class.running(made, folder=tmp_path / "empty") as started:
        for address in ("/marking", "/marking/hw4", QUESTION):
            reply = started.client().ask(f"{address}?token={TOKEN}")

            assert reply.status == 404
            assert "There is no course here to mark" in reply.text


def test_two_marks_are_given_blind_and_settled(tmp_path: Path):
    """The second marker learns nothing of the first mark; where they differ, a person says what counts."""
    two = {"ann": "A distance and a loss.", "ben": "I do not know."}
    made = marked_class.make(
        tmp_path, two, settings='c.MarkingDesk.second_share = 1.0\nc.MarkingDesk.instructors = ["eva"]\n'
    )
    with marked_class.running(made) as first, marked_class.running(made, marker="ben") as second:
        eva, ben = first.client().enter(), second.client().enter()
        address = eva.next()
        page = eva.ask(address).text
        sent = {"ticks": ["1"], "done": True, "comment": "Half of it.", "seen": seen_in(page)}
        assert eva.ask(f"{address}/save", sent).json["status"] == "done"
        eva.ask(f"{QUESTION}/release", {})
        other = ben.next()
        ben.ask(f"{other}/save", {"ticks": [], "done": True, "seen": seen_in(ben.ask(other).text)})
        assert "second mark left" in ben.ask("/marking/hw4").text  # and the way there, once no first mark is missing
        assert "Mark attacks" in ben.ask("/marking/hw4").text
        blind = ben.next()
        shown = ben.ask(blind).text
        assert blind.rpartition("/")[2] == f"2-{address.rpartition('/')[2]}"
        assert "second mark" in shown
        assert "Half of it." not in re.sub(r'(?s)<ul id="offers".*?</ul>', "", shown)
        assert "checked" not in shown
        assert "without seeing the first" in ben.ask(f"{blind}/history").text
        saved = ben.ask(f"{blind}/save", {"ticks": ["1", "2"], "done": True, "seen": seen_in(shown)}).json
        assert saved["score"] == "10"
        undone = ben.ask(f"{QUESTION}/undo", {}).json["html"]  # he sees his own mark again, and never the first one
        assert ('data-way="2-"' in undone, 'data-status="unmarked"' in undone) == (True, True)
        ben.ask(f"{blind}/save", {"ticks": ["1", "2"], "done": True, "seen": seen_in(undone)})
        ben.ask(f"{QUESTION}/release", {})
        assert sorted(mark for mark, _ in marks(made).values()) == [0.0, 5.0]

        agreement = eva.ask("/marking/hw4/agreement").text
        settle = re.search(r'href="([^"]*/s-[0-9a-f]{10})"', agreement)[1]
        refused = ben.ask(settle).text
        assert "Only an instructor" in refused
        assert ben.ask(f"{settle}/save", {"ticks": [], "done": True, "seen": seen_in(refused)}).status == 403
        both = eva.ask(settle).text
        assert ("eva</b>: 5 points" in both, "ben</b>: 10 points" in both) == (True, True)
        settled = eva.ask(f"{settle}/save", {"ticks": ["1", "2"], "done": True, "seen": seen_in(both)})
        assert settled.json["score"] == "10"
        assert sorted(marks(made).values()) == [(0.0, False), (10.0, False)]
        assert "No two marks differ." in eva.ask("/marking/hw4/agreement").text


def test_of_like_answers_the_one_is_shown_that_is_marked_twice(tmp_path: Path):
    """On the page of another one of the group no second mark could be saved."""
    same = dict.fromkeys(("ann", "eve"), "A distance and a loss.")
    made = marked_class.make(tmp_path, same, settings="c.MarkingDesk.second_share = 0.3\n")  # that is eve
    desk = ClassDesk.load(made.course, made.out, "hw4")
    eva, ben = Marker("eva", "1"), Marker("ben", "2")
    seen = {student: state.revision for student, state in desk.book.states("attacks").items()}
    desk.refresh()
    assert desk.take("attacks", eva) == "ann"
    desk.book.save("attacks", list(same), Decision(done=True), eva, seen=seen)

    assert desk.take("attacks", ben, second=True) == "eve"
    assert list(desk.book.states("attacks", second=True, marker=ben)) == ["eve"]
    desk.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--question", "none"], "'none' is no question that people mark; they are plot_reading, attacks, "),
        (["--out", "nowhere"], "run `autograder grade` first"),
        (["--as", " "], "The name after --as is empty"),
    ],
)
def test_the_command_says_what_is_missing(made: MarkedClass, monkeypatch, capsys, options: list[str], said: str):
    """Before any server starts."""
    monkeypatch.chdir(made.course)
    arguments = ["mark", "--no-browser", *(options if "--out" in options else ["--out", str(made.out), *options])]

    assert cli.main(arguments) == cli.NOT_DONE
    assert said in capsys.readouterr().err


def test_no_desk_is_opened_where_nobody_marks(made: MarkedClass, monkeypatch, capsys):
    """An assignment that is all checks says where its scores are."""
    monkeypatch.chdir(made.course)
    monkeypatch.setattr(Assignment, "person_items", ())

    assert cli.main(["mark", "--no-browser", "--out", str(made.out)]) == cli.NOT_DONE
    assert "hw4 has no question that people mark: `autograder report` shows its scores." in capsys.readouterr().err


def test_a_port_that_is_taken_is_said(made: MarkedClass, monkeypatch, capsys):
    """In one sentence, with what the system says."""
    monkeypatch.chdir(made.course)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        assert cli.main(["mark", "--no-browser", "--out", str(made.out), "--port", port]) == cli.NOT_DONE

    [said] = capsys.readouterr().err.splitlines()
    assert f"Nothing can listen at port {port} (Address already in use)" in said


@pytest.mark.usefixtures("interruptible")
def test_the_command_opens_the_desk_until_it_is_stopped(made: MarkedClass):
    """It prints one address with a token, and an interrupt ends it without a question."""
    command = [sys.executable, "-m", "autograder.cli", "mark", "--no-browser", "--out", str(made.out), "--as", "ben"]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(command, cwd=made.course, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout.readline() == "The marking desk is open at\n"
            port, token = re.search(r":(\d+)/marking/hw4\?token=(\w+)", server.stdout.readline()).groups()
            page = Client(int(port)).opened(f"/marking/hw4?token={token}")
        finally:
            server.send_signal(signal.SIGINT)

    assert "You mark as <b>ben</b>" in page.text
    assert server.returncode == 0
