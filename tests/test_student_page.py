"""The page of one student explains: question, own work, points earned and missed; it is bounded and harmless."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import marked_class
import nbformat
import pytest
import small_course
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from test_feedback import ABOUT, HOSTILE, Words, report

from autograder.commands.feedback import feedback
from autograder.course import assignment as assignments
from autograder.desk.class_desk import ClassDesk
from autograder.gradebook.desk_book import Decision, Marker
from autograder.gradebook.given_ticks import Given, ItemTicks
from autograder.gradebook.marks import Mark, StudentMarks
from autograder.gradebook.regrade_requests import RegradeRequest
from autograder.marking.exhibits import Exhibit, Picture
from autograder.marking.student_answers import Answer, Status
from autograder.model.assignment import Assignment
from autograder.model.report import CheckResult, Report, Verdict
from autograder.model.rubric import Criterion, Kind, Rubric
from autograder.model.submission import GroupWork, Submission
from autograder.reports import own_work
from autograder.reports.code_colours import coloured
from autograder.reports.feedback import page_text
from autograder.reports.item_feedback import ItemPage
from autograder.reports.own_work import OwnWork
from autograder.reports.rubric_points import in_short
from autograder.reports.student_page import Homework, StudentWork, each_shown_once, student_page

MARKER = "Eva of the desk"
RUBRIC = Rubric(
    "attacks",
    10,
    (
        Criterion("1", Kind.POINTS, 6, "for what each minimises: $\\|x\\|_2$, or a loss.", accept=("a secret accept",)),
        Criterion(
            "2",
            Kind.POINTS,
            4,
            "for the optimisers",
            parts=(
                Criterion("2.1", Kind.POINTS, 1, "L-BFGS"),
                Criterion("2.2", Kind.POINTS, 3, "Adam"),
            ),
        ),
        Criterion("3", Kind.DEDUCTION, 1, "no reference"),
        Criterion("4", Kind.DEDUCTION, 2, "too long"),
    ),
    notes=("a secret note",),
)
MADE = 'def leaky_relu(x, alpha=0.01):\n    """Mine & <mine>."""\n    return x  # wrong'


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return assignments.load(small_course.make(tmp_path_factory.mktemp("course")))


def answers(**texts: str) -> dict[str, Answer]:
    """Return written answers by item."""
    return {item: Answer("ann", item, text, "digest", Status.WRITTEN) for item, text in texts.items()}


def html(
    course: Assignment, found: Report | None = None, marks: Mapping[str, Mark] | None = None, *,
    given: Given | None = None, show_rubric: bool = True, **work: object,
) -> str:  # fmt: skip
    """Return a page; `given` is what was ticked for `attacks`."""
    ticks = {"attacks": ItemTicks(RUBRIC, {"ann": given} if given else {})}
    homework = Homework(course, ticks, show_rubric=show_rubric)
    page = student_page(found or report(course), StudentMarks(dict(marks or {})), homework, StudentWork(**work))
    return page_text(page, ABOUT)


def item_of(page: str, item: str) -> str:
    """Return the words of one item."""
    begin = page.index(f'id="{item}"')
    return Words(page[begin - 40 : page.find('<details class="item', begin)]).text


def marked(score: float = 5.0, comment: str = "") -> dict[str, Mark]:
    return {"attacks": Mark(person=score, comment=comment)}


def test_question_and_own_answer_stand_with_the_points(course):
    """As on the sheet, without the marks of a quotation; what was never written says so."""
    found = answers(attacks="One minimises $c$, the *other* not.", plot_reading="", grad_softmax_u="")
    found["grad_softmax_u"] = replace(found["grad_softmax_u"], status=Status.ELSEWHERE)
    block = replace(found["plot_reading"], text="```formula\n\n```", status=Status.EMPTY)  # as the sheet had it
    page = html(course, marks=marked(), answers=found | {"plot_reading": block})

    said = item_of(page, "attacks")
    assert "What is the difference between the two attacks? At most 120 words." in said
    assert "> What" not in said
    assert "Your answer One minimises" in said
    assert "<em>other</em>" in page
    assert "Nothing was written here." in item_of(page, "plot_reading")
    assert "formula" not in item_of(page, "plot_reading")
    assert "No answer was found in its place in answers/derivations.md." in item_of(page, "grad_softmax_u")


def test_own_code_stands_with_its_checks(course):
    """As it was handed in; each lost check says what it is worth."""
    page = html(course, code={"leaky_relu": MADE})

    assert "".join(MADE.split()) in "".join(item_of(page, "leaky_relu").split())
    assert "(worth 15 of 30 points)" in item_of(page, "leaky_relu")
    assert "No code was found for this item." in item_of(page, "sample_noise")
    assert "Your code is not shown here: it is in hw4_partI.ipynb" in item_of(html(course), "sample_noise")


def test_weights_of_checks_are_told(course):
    """In points, so that they add up to those of the item."""
    checks = (
        CheckResult("test_a", Verdict.PASSED, 2),
        CheckResult("test_b", Verdict.FAILED, 1, "It keeps the shape.", "You had (1,)."),
        CheckResult("test_c", Verdict.ERROR, 3, "It is finite.", "ZeroDivisionError", 'Look at "leaky_relu" in x.'),
    )
    whole = report(course)
    lost = replace(whole, items=(replace(whole.items[0], score=10.0, checks=checks), *whole.items[1:]))
    said = item_of(html(course, lost), "leaky_relu")

    assert "1 of 3 checks passes, which is worth 10 of 30 points." in said
    assert "not passed It keeps the shape. (worth 5 of 30 points) You had (1,)." in said
    assert "error in your code It is finite. (worth 15 of 30 points)" in said
    assert said.count('Look at "leaky_relu" in x.') == 1


def test_points_of_the_rubric_are_earned_missed_or_taken_off(course):
    """By every row; a deduction only where it was applied; nothing that is for markers only."""
    given_ = Given(frozenset({"1", "2.1", "3"}), -0.5, "The example is not yours.", "Read *page 4*.", 5.5, True, MARKER)
    page = html(course, marks=marked(5.5, "- **6 of 6** composed"), given=given_)
    said = item_of(page, "attacks")

    assert "6 of 6 earned: for what each minimises" in said
    assert "1 of 4 partly earned: for the optimisers" in said
    assert "1 of 1 earned: L-BFGS" in said
    assert "0 of 3 missed: Adam" in said
    assert "−1 taken off: no reference" in said
    assert "−0.5 The example is not yours." in said
    assert "Missed: Adam (and 2 more)" in Words(page).text
    assert "Comment Read page 4 ." in said
    for hidden in ("too long", "secret", MARKER, "composed"):
        assert hidden not in page


def test_the_rubric_is_hidden_where_the_course_hides_it(course):
    """Adjustment and comment stay; the reason in the summary gives no point away."""
    given_ = Given(frozenset({"1"}), -0.5, "Not yours.", "Read page 4.", 5.5, True, MARKER)
    page = html(course, marks=marked(5.5), given=given_, show_rubric=False)

    assert "optimisers" not in page
    assert "Adam" not in page
    assert "−0.5 Not yours." in item_of(page, "attacks")
    assert "Read page 4." in item_of(page, "attacks")


def test_a_mark_of_formgrader_shows_its_comment(course):
    """There is no tick then; and no tick is shown of what nobody has finished marking."""
    page = html(course, marks=marked(5.0, "Typed **there**."))
    begun = [
        html(course, marks={"attacks": mark}, given=Given(frozenset({"1"}), comment="A draft."))
        for mark in (Mark(open=True, comment="A draft."), Mark(person=6.0, open=True, comment="A draft."))
    ]

    assert "Typed there ." in item_of(page, "attacks")
    assert "missed" not in item_of(page, "attacks")
    assert not any("draft" in each or "earned:" in each or 'href="#attacks"' in each for each in begun)


def test_half_a_mark_is_not_a_total(course):
    """A total out of all points is only said when all are marked."""
    half = Words(html(course)).text
    whole = {item.id: Mark(person=item.points) for item in course.person_items}

    assert "So far 35 of the 70 points that are marked; 30 points are not marked yet." in half
    assert "of 100 points" not in half
    assert "65 of 100 points." in Words(html(course, marks=whole)).text


def test_the_summary_leads_to_what_was_lost(course):
    """The largest loss first, with its reason; every link has its place."""
    whole = {item.id: Mark(person=item.points) for item in course.person_items}
    given_ = Given(frozenset({"1"}), 0, "", "", 6.0, True, MARKER)
    untried = report(course, softmaxCostAndGradient=Verdict.NOT_ATTEMPTED)
    page = html(course, untried, {**whole, **marked(6.0)}, given=given_)
    summary = page[page.index("Where points were lost") : page.index("</ol>")]

    losses = [float(number) for number in re.findall(r'class="loss">−([\d.]+)', summary)]
    assert losses == sorted(losses, reverse=True)
    assert sum(losses) == 20 + 15 + 10 + 4
    assert "Missed: Adam" in Words(summary).text
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids


def test_what_was_lost_for_one_reason_is_said_once(course):
    """As where nothing was written."""
    untried = report(course, **dict.fromkeys((item.id for item in course.auto_items), Verdict.NOT_ATTEMPTED))
    summary = html(course, untried).partition("</ol>")[0]

    assert summary.count("Not attempted.") == 1
    assert summary.count("<a ") == 3


def test_what_to_read_again_is_where_points_were_lost(course):
    everything = {item.id: Mark(person=item.points) for item in course.person_items}
    full = replace(report(course), items=tuple(replace(item, score=item.max) for item in report(course).items))
    lost = Words(html(course, full, {**everything, **marked(1.0)}).partition("</section>")[0]).text

    assert "Adversarial examples in answers/adversarial.md : attacks" in lost
    assert "hw4_partI.ipynb" not in lost
    assert "What to read again" not in html(course, full, everything)
    assert "Every point was earned." in html(course, full, everything)


def test_only_what_is_done_is_folded(course):
    """Full points and what waits are closed on a screen, what was lost is open."""
    page = html(course, report(course, leaky_relu=30.0), marks=marked())

    state = {
        item: is_open == " open" for item, is_open in re.findall(r'<details class="item \w+" id="(\w+)"( open)?', page)
    }
    assert state["attacks"]
    assert state["sample_noise"]
    assert not state["leaky_relu"]
    assert not state["plot_reading"]


@pytest.mark.parametrize(
    "text", ["word " * 200_000, "a\n" * 500_000, "$x$ " * 250_000, "> " * 500_000, "*a " * 300_000]
)
def test_a_megabyte_is_cut_with_a_sentence(course, text: str):
    """On a page of a size that a browser opens at once."""
    page = html(course, answers={item.id: answers(x=text)["x"] for item in course.person_items})

    assert len(page) < 1_000_000
    assert "Only the beginning is shown here; the whole is in answers/adversarial.md" in item_of(page, "attacks")


@pytest.mark.parametrize("code", ["    x = 1\n" * 10_000, "'" * 10**6, 'f"{' * 300_000, "(" * 10**6, "\\" * 10**6])
def test_ten_thousand_lines_are_cut_with_a_sentence(course, code: str):
    page = html(course, code=dict.fromkeys((item.id for item in course.auto_items), code))

    assert len(page) < 1_500_000
    assert "Only the beginning is shown here; the whole is in hw4_partI.ipynb" in item_of(page, "leaky_relu")


def test_hostile_words_are_words_wherever_they_stand(course):
    """In answer, code, name, request, file name and comment: no tag, no attribute, no address but ours."""
    picture = Exhibit(HOSTILE, HOSTILE, (Picture("a.jpg", HOSTILE, 4, 3, "v"),), HOSTILE)
    plain = Exhibit("x", "x", (Picture("a.jpg", "x", 4, 3, "v"),), "x")
    pages = [
        html(
            course, replace(report(course), student="ann"), marked(5.0, text),
            given=Given(frozenset({"1"}), -1, text, text, 5.0, True, text),
            name=text, answers={"attacks": replace(answers(attacks=text)["attacks"], exhibits=(shown,))},
            code={"leaky_relu": text}, picture={"a.jpg": b"\xff\xd8\xff"}.get,
            requests={"attacks": (RegradeRequest(1, "ann", "attacks", text, datetime(2026, 5, 1, tzinfo=UTC), text),)},
        )
        for text, shown in ((HOSTILE, picture), ("x", plain))
    ]  # fmt: skip
    hostile, harmless = map(Words, pages)

    assert hostile.tags - {"span"} <= harmless.tags
    assert hostile.attributes <= harmless.attributes | {"class"}
    assert hostile.text.count("document.title") >= 8
    assert not re.search(r'(?:src|href)="(?!#|data:image/jpeg;base64,)', pages[0])
    assert "\x1b" not in pages[0]
    assert "\u202e" not in pages[0]


def test_pictures_are_inside_the_page_once_and_bounded(course, monkeypatch):
    """What two answers show is shown at the first; beyond the room of a page a sentence stands for it."""
    pages = tuple(Picture(f"p{number}.jpg", f"page {number}", 40, 30, "v") for number in range(3))
    shown = Exhibit("derivation", "derivation.pdf", pages)
    both = {item: replace(one, exhibits=(shown,)) for item, one in answers(plot_reading="a", attacks="b").items()}
    files = {picture.name: b"\xff\xd8\xff" + bytes(1000) for picture in pages}
    page = html(course, answers=both, picture=files.get)
    monkeypatch.setattr(own_work, "MOST_PICTURE_BYTES", 2500)
    bounded = html(course, answers=both, picture=files.get)

    assert page.count("<img ") == 3
    assert "img-src data:" in page
    assert "derivation.pdf is shown at" in item_of(page, "attacks")
    assert bounded.count("<img ") == 2
    assert "1 of 3 pictures of derivation.pdf are not shown here." in item_of(bounded, "plot_reading")


def test_a_request_stands_under_its_item_with_the_answer(course):
    """Who answered is not said; a reply is shown when it is given, not while it is written."""
    asked = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
    is_open = RegradeRequest(1, "ann", "attacks", "I did name Adam.", asked, "x.csv", 5, None, "My draft", MARKER)
    answered = replace(is_open, id=2, after=6.5, reply="You did: *sorry*.", answered_at=asked)
    waiting = html(course, marks=marked(), requests={"attacks": (is_open,)})
    done = html(course, marks=marked(10.0), requests={"attacks": (answered,)})

    assert "I did name Adam. It is not answered yet." in item_of(waiting, "attacks")
    assert "draft" not in waiting
    assert "The points changed by +1.5. You did: sorry ." in item_of(done, "attacks")
    assert 'id="attacks" open' in done, "an answer is seen at once, though all points are earned now"
    assert MARKER not in waiting + done


@given(st.text(alphabet=st.sampled_from("ab1 \n'\"#\\(){}def classifr<&>"), max_size=200))
def test_coloured_code_is_the_code(code: str):
    """Each character stays, and nothing of it is HTML."""
    page = coloured(code)

    assert Words(f"<pre>{page}</pre>").words == [] or "".join(Words(f"<pre>{page}</pre>").words) == code
    assert set(re.findall(r"<[^>]*>", str(page))) <= {"</span>"} | {
        f'<span class="c-{kind}">' for kind in ("note", "text", "name", "word", "number")
    }


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("for the two directions: center to context, context to center.", "the two directions"),
        ("for $p(a; b)$ and its limit; the rest.", "$p(a; b)$ and its limit"),
        ("for it: all of the words", "it: all of the words"),
        ("for 0.5 of the mass (a. b), say", "0.5 of the mass (a. b), say"),
    ],
)
def test_a_reason_is_the_first_clause_of_a_point(text: str, short: str):
    assert in_short(text) == short


def test_the_command_shows_a_class_what_it_handed_in(tmp_path: Path):
    """By name, from what is stored; a group's work on the page of each member; the same bytes each time."""
    made = marked_class.make(tmp_path, {}, 'c.Canvas.roster = "class.csv"\n')
    made.course.joinpath("class.csv").write_text('name,username\n"Müller, Ann",ann\n"Roe, Bob",bob\n')
    notebook = small_course.part_one()
    notebook.cells[3].source = MADE
    sent = Submission(
        "ann", {"hw4_partI": nbformat.writes(notebook).encode()}, {"adversarial": marked_class.SHEET.format("Mine.")},
        group=GroupWork("Team 1", "ann", ("ann", "bob")),
    )  # fmt: skip
    marked_class.hand_in(made, {"ann": sent, "bob": replace(sent, student="bob"), "cem": "", "dan": HOSTILE})
    desk = ClassDesk.load(made.course, made.out, "")
    seen = {"ann": desk.book.states("attacks", ["ann"])["ann"].revision}
    desk.book.save("attacks", ["ann"], Decision(frozenset({"1"}), done=True), Marker(MARKER), seen=seen)
    desk.close()
    pages = []
    for _ in range(2):
        feedback(made.course, made.out)
        files = sorted((made.out / "feedback" / "hw4").glob("*/index.html"))
        pages.append({path.parent.name: path.read_text() for path in files})

    assert pages[0] == pages[1]
    assert pages[0].keys() == {"ann", "bob", "cem", "dan"}
    for student, name, other in (("ann", "Ann Müller", "Bob Roe"), ("bob", "Bob Roe", "Ann Müller")):
        page = pages[0][student]
        assert f"Feedback for {name}" in Words(page).text
        assert f"Handed in together with {other}." in Words(page).text
        assert "Your answer Mine." in item_of(page, "attacks")
        assert "5 of 5 earned:" in item_of(page, "attacks")
        assert "Mine &amp; &lt;mine&gt;" in page
        assert MARKER not in page
    assert "Nothing was written here." in item_of(pages[0]["cem"], "attacks")
    assert "script" not in Words(pages[0]["dan"]).tags


def test_question_and_code_of_several_tests_are_shown_once():
    """With the first test that is not folded: nobody would look for them in a folded one."""
    code, question = OwnWork("Your code", Markup("x = 1")), Markup("What is x?")
    page = ItemPage("first", "First", "0 / 1", kind="good", question=question, work=code, is_code=True)
    lost = replace(page, kind="lost")
    pages = [page, replace(lost, id="second", heading="Second"), replace(lost, id="third")]

    folded, second, third, other = each_shown_once([*pages, replace(lost, question=Markup("What is y?"))])

    assert (folded, second, other.work) == (pages[0], pages[1], code)
    assert (third.question, third.work.body) == (Markup(), Markup())
    assert [(note.at, note.heading) for note in third.work.notes] == [("second", "Second")]
