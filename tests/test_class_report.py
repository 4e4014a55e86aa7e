"""The class report: what it says is right, and nothing in it that came from a submission acts on its reader."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import random
import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.gradebook.desk_types import Pair
from autograder.gradebook.given_ticks import Given, ItemTicks
from autograder.gradebook.marks import Mark, StudentMarks, without_marked
from autograder.handin.problems import Level
from autograder.lms.roster import Member
from autograder.marking.lookalikes import WRITE_UP, Group
from autograder.model.assignment import Assignment, Item
from autograder.model.lateness import Lateness
from autograder.model.report import SEEN, Awaiting, CheckResult, Finding, ItemResult, Report, Verdict
from autograder.model.rubric import Criterion, Kind, Rubric
from autograder.model.submission_status import SubmissionStatus, status_of
from autograder.reports import render
from autograder.reports.about_run import AboutRun
from autograder.reports.attention import attention
from autograder.reports.class_figures import class_figures
from autograder.reports.class_page import PageExtras, page_texts
from autograder.reports.class_scores import ClassMarks
from autograder.reports.distribution import histogram
from autograder.reports.drawing import draw_histogram
from autograder.reports.grades_csv import ENCODING, grades_csv, safe_cell
from autograder.reports.terminal_table import WIDTH, format_students

ITEMS = (
    Item("leaky_relu", 3.0, "hw4_partI", "checks", "Leaky ReLU"),
    Item("generator_loss", 3.0, "hw4_partI", "checks", "Generator loss"),
    Item("grad_neg_v", 7.0, "derivations", "formula", "grad_neg_v"),
)
ASSIGNMENT = Assignment(
    "hw4", ("hw4_partI",), ("derivations",), Path("course"), ITEMS, _notebooks={}, _sheets={}, title="Homework 4"
)  # fmt: skip
IDS = [item.id for item in ASSIGNMENT.auto_items]
ALL_IDS = [item.id for item in ITEMS]
SEED = "the-seed-that-students-cannot-know"
SENTENCE = "The loss is averaged over the batch, not summed."
HOSTILE = [
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "' onmouseover='alert(1)",
    "</style></title></textarea><svg onload=alert(1)>",
    "<!-- {{ 7 * 7 }} {% raw %} ${7} -->",
    "javascript:alert(1)",
    "\x1b[31mred\x1b]8;;https://example.org\x07link\x1b\\ \u202egnp.exe \x00\x7f\x9b2J",
    "\ud800 lone surrogate \uffff",
    "&lt;script&gt; &#60;",
]


def item(
    item_id: str, score: float | None, verdict: Verdict, message: str = "", check: str = "test_averages"
) -> ItemResult:
    sentence, _, seen = message.partition(SEEN)
    return ItemResult(item_id, score, 3.0, verdict, (CheckResult(check, verdict, 1.0, sentence, seen),))


def passed(item_id: str) -> ItemResult:
    return item(item_id, 3.0, Verdict.PASSED)


def report(student: str, *items: ItemResult, findings: tuple[Finding, ...] = (), **more) -> Report:
    awaiting = (Awaiting("grad_neg_v", 7.0, "wrong", "The sign is opposite."),)
    facts = {"sandbox": ("landlock", "seccomp"), "timings_s": {"total": 0.5, "student_cpu": 0.25}}
    return Report(student, items, awaiting, findings, SEED, **{**facts, "versions": {"kit": "1.0.0"}, **more})


def full(student: str, **more) -> Report:
    return report(student, passed("leaky_relu"), passed("generator_loss"), **more)


def partly(student: str) -> Report:
    lost = item("generator_loss", 0.0, Verdict.FAILED, f"{SENTENCE} Seen: for 4 logits your function returned 2.8.")
    return report(student, passed("leaky_relu"), lost)


def refused(student: str, sentence: str = "The zip cannot be opened: make it again.") -> Report:
    results = [item(item_id, 0.0, Verdict.NOT_ATTEMPTED, sentence) for item_id in IDS]
    return report(student, *results, refused=sentence, sandbox=(), timings_s={})


def faulty(student: str) -> Report:
    fault = item(
        "generator_loss", None, Verdict.GRADER_FAULT, f"{SENTENCE} Seen: the check itself broke: KeyError: 'u'"
    )
    return report(student, passed("leaky_relu"), fault)


def hostile(text: str) -> Report:
    """Return a report with the text in every place that takes text."""
    lost = CheckResult(f"x{text}", Verdict.ERROR, 1.0, f"x{text}", f"x{text}", f"x{text}")
    kept = CheckResult(f"y{text}", Verdict.PASSED)
    result = ItemResult("leaky_relu", 1.5, 3.0, Verdict.ERROR, (lost, kept))
    stranger = ItemResult(f"x{text}", None, 3.0, Verdict.GRADER_FAULT, (replace(lost, verdict=Verdict.GRADER_FAULT),))
    return Report(
        f"x{text}",
        (result, stranger),
        (Awaiting(f"x{text}", 1.0, f"x{text}", f"x{text}"),),
        tuple(Finding(level, f"x{text}") for level in Level),
        SEED,
        (f"x{text}",),
        {f"x{text}": 1.0},
        {f"x{text}": f"x{text}"},
    )


def page_of(*reports: Report, extras: PageExtras = PageExtras()) -> str:
    return "".join(page_texts(reports, ASSIGNMENT, extras))


def hostile_page(*texts: str) -> str:
    """Return a page with these texts in every place that takes text, whoever wrote it."""
    reports = [hostile(text) for text in texts]
    names = [entry.student for entry in reports]
    rows = Criterion("1", Kind.POINTS, 4.0, "for the sign"), Criterion("2", Kind.POINTS, 3.0, names[0])
    rubric = Rubric("grad_neg_v", 7.0, rows)
    agreement = (Pair("grad_neg_v", names[0], names[0], 4, 3, 0.5),)
    given = {name: Given(frozenset({"1"}), -1.0, name, name, 3.0, True, name) for name in names}
    marks = {name: StudentMarks({"grad_neg_v": Mark(None, 3.0, comment=name)}) for name in names}
    return page_of(
        *reports,
        extras=PageExtras(
            given=ClassMarks(marks, {"grad_neg_v": ItemTicks(rubric, given)}, agreement),
            late={name: Lateness(2, 20.0) for name in names},
            people={name: Member(name, f"{name}, Ann", section=name, email=name) for name in names},
            like_answers=(Group(ITEMS[2], WRITE_UP, (names[0], names[-1]), False, 0.5, names[0]),),
            absent=tuple(names),
            about=AboutRun(names[0], "title", source=(names[0],), version=names[0]),
        ),
    )  # fmt: skip


class Outline(HTMLParser):
    """Reads a page into its tags with the names of their attributes, its attribute values, and its raw texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.values: list[tuple[str, str]] = []
        self.comments: list[str] = []
        self.raw: dict[str, str] = {}
        self.policy = ""
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *(name for name, _ in attrs)))
        self.values += [(name, value or "") for name, value in attrs]
        self._inside = tag
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"] or ""

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if self._inside in {"style", "script"}:
            self.raw[self._inside] = self.raw.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


# Nothing that came from a submission acts on the reader.


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_tag_and_no_attribute(text: str) -> None:
    """A page with hostile text in every place has exactly the tags and attributes of a harmless one."""
    got, want = Outline(hostile_page(text)), Outline(hostile_page("harmless"))

    assert got.tags == want.tags
    assert not got.comments
    assert got.raw == want.raw


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("<>\"'&/=`{}%#-;\n\x1b[\u202e")), max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_at_all_adds_a_tag(text: str) -> None:
    """The same for any text there is, against the text with a letter in place of all that means something to HTML."""
    tame = re.sub("[<>\"'&/=`{}%#]", "x", text)

    assert Outline(hostile_page(text)).tags == Outline(hostile_page(tame)).tags


def test_attributes_never_hold_code_or_foreign_addresses() -> None:
    """Every link stays on the page or goes to grades.csv; ids are unique, and made only from harmless ids."""
    outline = Outline(hostile_page(*HOSTILE, "ada", "name-ada", "a.b_c-d", "Ada", "--", "ä", "a" * 90))
    ids = [value for name, value in outline.values if name == "id"]

    assert all(
        value == "grades.csv" or re.fullmatch(r"#[a-z0-9._-]+", value)
        for name, value in outline.values
        if name == "href"
    )
    assert not [name for name, _ in outline.values if name.startswith("on") or name in {"style", "src", "srcdoc"}]
    assert all(re.fullmatch(r"[a-z0-9._-]+", value) for value in ids)
    assert len(ids) == len(set(ids))


def test_page_is_written_as_utf8_without_control_characters(tmp_path: Path) -> None:
    """Escape sequences, invisible and right-to-left marks and lone surrogates are gone; the words around them stay."""
    text = render(list(map(hostile, HOSTILE)), ASSIGNMENT, tmp_path).read_text(encoding="utf-8")

    assert not {unicodedata.category(char) for char in text if char != "\n"} & {"Cc", "Cf", "Cs", "Co"}
    assert "xredlink gnp.exe" in text


def test_policy_allows_the_two_inline_texts_and_nothing_else() -> None:
    """The policy names the hashes of the style and the script that are really there, and no address at all."""
    text = page_of(full("ada"))
    outline = Outline(text)
    hashes = {tag: base64.b64encode(hashlib.sha256(raw.encode()).digest()).decode() for tag, raw in outline.raw.items()}

    assert outline.policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{hashes['script']}';" in outline.policy
    assert f"style-src 'sha256-{hashes['style']}';" in outline.policy
    assert "unsafe" not in outline.policy
    assert not re.search(r"https?:|url\(|@import", text)
    assert sum(tag[0] == "script" for tag in outline.tags) == 1


def test_lengths_are_bounded() -> None:
    """A report with megabytes of text and thousands of findings gives a page of ordinary size."""
    long = "word " * 400_000
    findings = tuple(Finding("warning", f"{number} {long[:5_000]}") for number in range(2_000))
    checks = tuple(CheckResult(f"test_{number}", Verdict.FAILED, 1.0, long) for number in range(500))
    flood = report(
        long, ItemResult("leaky_relu", 0.0, 3.0, Verdict.FAILED, checks), passed("generator_loss"), findings=findings
    )

    assert len(page_of(flood)) < 300_000
    assert len(grades_csv([flood], ASSIGNMENT)) < 1_000
    assert len(format_students([flood], ASSIGNMENT)) < 3 * WIDTH


def test_seed_is_nowhere(tmp_path: Path) -> None:
    """The seed that the checks draw their inputs from is neither on the page nor in the table."""
    render([full("ada"), faulty("bob"), refused("cy")], ASSIGNMENT, tmp_path)

    assert all(SEED not in path.read_text(encoding="utf-8") for path in tmp_path.iterdir())


def test_a_browser_runs_our_script_and_no_other(browser_page, witness, tmp_path: Path) -> None:
    """In a real browser the policy lets the page's own script work, and hostile text changes nothing."""
    page = render([full("ada"), *map(hostile, HOSTILE)], ASSIGNMENT, tmp_path / "report")
    browser_page.goto(page.as_uri())

    assert browser_page.locator(".controls").is_visible()  # shown by the script; hidden without it
    assert browser_page.locator(".sort").count() == len(ALL_IDS) + 5
    assert browser_page.title() == "Homework 4: class report"
    assert witness.complaints == witness.dialogs == []
    assert witness.requests == [page.as_uri()]


# grades.csv


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_one_row_for_each_student(tmp_path: Path) -> None:
    """Scores are bare numbers under the ids of their items; the file opens in Excel as the UTF-8 that it is."""
    render([partly("müller"), full("ada")], ASSIGNMENT, tmp_path)
    data = (tmp_path / "grades.csv").read_bytes()
    first, second = rows_of(data.decode(ENCODING))

    assert data.startswith(b"\xef\xbb\xbf")
    totals = ["total", "possible", "days_late", "late_penalty"]
    assert list(first) == ["student", "name", "section", *ALL_IDS, *totals, "status", "findings"]
    assert list(first.values()) == ["ada", "", "", "3", "3", "", "6", "6", "0", "0", "marks waiting", ""]
    assert list(second.values()) == ["müller", "", "", "3", "0", "", "3", "6", "0", "0", "marks waiting", ""]


def test_marks_of_people_are_counted(tmp_path: Path) -> None:
    """In the table each under its item; on the page, what is left to mark. What is marked again is open until then."""
    marks = {
        "ada": StudentMarks({"leaky_relu": Mark(3.0, 2.0), "grad_neg_v": Mark(None, 4.5, 0.5)}),
        "bob": StudentMarks({"grad_neg_v": Mark(None, 7.0, open=True)}),
        "cy": StudentMarks({"generator_loss": Mark(None, 3.0)}),
    }
    people = {"ada": Member("ada", "Lovelace, Ada", section="Lab 2"), "bob": Member("bob", "=Roe", section="@x")}
    reports = [full("ada"), full("bob"), faulty("cy"), refused("dee")]
    page = render(reports, ASSIGNMENT, tmp_path, given=ClassMarks(marks), people=people).read_text()
    ada, bob, cy, dee = rows_of((tmp_path / "grades.csv").read_text(ENCODING))
    keys = ("leaky_relu", "generator_loss", "grad_neg_v", "total", "possible", "status")

    assert [ada[key] for key in keys] == ["2", "3", "5", "10", "13", "complete"]
    assert [bob[key] for key in keys] == ["3", "3", "", "6", "6", "marks waiting"]
    assert [cy[key] for key in keys] == ["3", "3", "", "6", "6", "marks waiting"], "a fault marked by hand"
    assert [dee[key] for key in keys] == ["0", "0", "0", "0", "13", "refused"]
    assert [row["name"] for row in (ada, bob, cy)] == ["Lovelace, Ada", "'=Roe", ""]
    assert [row["section"] for row in (ada, bob, cy)] == ["Lab 2", "'@x", ""]
    waiting = '<b>2</b> of 3 written answers</a> are not marked, and <a href="#attention"><b>1</b> submission needs'
    assert waiting in page
    assert "Lovelace, Ada" in page


def test_points_that_a_person_gave_for_code_wait_when_the_code_changed() -> None:
    """They are open like an answer that changed; who was refused waits for nobody."""
    marks = StudentMarks({"leaky_relu": Mark(3.0, 2.0, open=True), "grad_neg_v": Mark(None, 7.0)})
    left = without_marked(full("ada"), marks)
    row = rows_of(grades_csv([left], ASSIGNMENT, {"ada": marks}))[0]

    assert [entry.id for entry in left.awaiting_person] == ["leaky_relu"]
    assert status_of(left) is SubmissionStatus.WAITING
    assert (row["leaky_relu"], row["total"], row["possible"]) == ("", "10", "10")
    assert without_marked(refused("dee"), marks).awaiting_person == ()


def test_the_page_says_when_all_is_marked() -> None:
    marks = {name: StudentMarks({"grad_neg_v": Mark(None, 7.0)}) for name in ("ada", "bob")}
    page = page_of(full("ada"), full("bob"), extras=PageExtras(given=ClassMarks(marks)))

    assert "All 2 written answers are marked." in page


def test_csv_shows_lateness_beside_the_score(tmp_path: Path) -> None:
    """Days and points have columns of their own; what nobody knows is a question mark, not a zero."""
    late = {"ada": Lateness(2, 20.0), "cy": Lateness(None, is_open=True)}
    page = render([full("ada"), full("cy")], ASSIGNMENT, tmp_path, late=late).read_text()
    rows = rows_of((tmp_path / "grades.csv").read_text(ENCODING))

    cells = [(row["total"], row["days_late"], row["late_penalty"]) for row in rows]
    assert cells == [
        ("6", "2", "20"),
        ("6", "?", "?"),
    ]
    assert "2 days late" in page
    assert "late, number of days unknown" in page


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", "\r=", "\n@", " =", "\x00=", "\u200b=", "\x1b[0m=", "＝", "＋"]
)
def test_csv_runs_no_formula(start: str) -> None:
    """Text that a spreadsheet would run as a formula begins with an apostrophe, in every column that takes text."""
    attack = f"{start}HYPERLINK(1)"
    stranger, person = Finding(Level.WARNING, attack), Member(attack, attack, section=attack)
    row = rows_of(grades_csv([full(attack, findings=(stranger,))], ASSIGNMENT, people={attack: person}))[0]

    assert all(row[column].startswith("'") for column in ("student", "name", "section"))
    assert row["findings"].startswith("warning: ")
    assert row["total"] == "6"


@given(st.text(alphabet=st.sampled_from("=+-@;|,\"' \t\r\nab\u200b\uff1d"), max_size=20))
@example("b;=1+1")
@example("b| \t@SUM(1)")
@settings(max_examples=200, deadline=None)
def test_no_cell_begins_a_formula_whatever_the_separator(text: str) -> None:
    """However a spreadsheet splits the line, no piece that came from a student begins a formula."""
    report, person = full(f"a{text}", findings=(Finding("warning", text),)), Member("", text, section=f"b{text}")
    line = grades_csv([report], ASSIGNMENT, people={report.student: person}).splitlines()[1]
    parsed = next(csv.reader([line]))
    pieces = [piece.strip(' "') for separator in ";|\t" for piece in line.split(separator)[1:]]

    assert len(parsed) == 9 + len(ALL_IDS)
    assert not [cell for cell in [*parsed, *pieces, safe_cell(text)] if cell.lstrip()[:1] in {*"=+-@＝＋－＠"}]


def test_open_scores_stay_empty_in_the_csv() -> None:
    """A fault of ours leaves the item and the total empty, never zero; a refused submission has its zeros."""
    missing = report("dee", passed("leaky_relu"))
    by_fault, by_absence, by_refusal = rows_of(grades_csv([faulty("bob"), missing, refused("cy")], ASSIGNMENT))

    assert (by_fault["total"], by_fault["generator_loss"], by_fault["status"]) == ("", "", "grader fault")
    assert (by_absence["total"], by_absence["generator_loss"], by_absence["status"]) == ("", "", "grader fault")
    assert (by_refusal["total"], by_refusal["generator_loss"], by_refusal["status"]) == ("0", "0", "refused")


# What the page says


def test_statistics_leave_out_what_has_no_score() -> None:
    """Refused and open submissions are counted as such and do not pull the mean."""
    figures = class_figures([full("ada"), partly("bea"), faulty("cy"), refused("dee")], ASSIGNMENT)

    assert (figures.students, figures.refused, figures.checks.counted, figures.checks.faults) == (4, 1, 2, 1)
    assert (figures.checks.mean, figures.checks.possible) == (4.5, 6.0)
    assert (figures.marked, figures.answers) == (0, 3)


def test_only_a_plain_address_becomes_a_link() -> None:
    """A letter has one receiver, and no text that a stranger wrote; any other address is words."""
    plain = ("ada.l+hw@uni-x.example.edu", "a_b@x.org")
    odd = ("a@x.org?bcc=eve@x.org", "a@x.org,b@x.org", "a%40@x.org", "a@x", "@x.org", "javascript:a@x.org",
           "a b@x.org", f"{'a' * 120}@x.org")  # fmt: skip
    people = {f"s{number}": Member(f"s{number}", "", email=email) for number, email in enumerate((*plain, *odd))}
    links = [
        value
        for name, value in Outline(page_of(*map(refused, people), extras=PageExtras(people=people))).values
        if name == "href" and value.startswith("mailto:")
    ]

    assert set(links) == {f"mailto:{email}" for email in plain}


def test_who_sent_nothing_is_among_those_to_talk_to() -> None:
    page = page_of(full("ada"), extras=PageExtras(absent=("Roe, Jane (jroe)",)))

    assert "Roe, Jane (jroe)" in page[page.index('id="talk"') : page.index('id="attention"')]


def test_an_items_hardest_check_is_named_by_its_sentence() -> None:
    """The check that most students lost is told by its sentence, without what each student's code did."""
    other = item("generator_loss", 0.0, Verdict.FAILED, "Zebra. Seen: 1", check="test_zebra")
    class_of_five = [partly("a"), partly("b"), report("c", passed("leaky_relu"), other), faulty("d"), full("e")]
    page = page_of(*class_of_five)

    assert f"2 of 4</b> failed the check: {SENTENCE}</td>" in page
    assert "1 full, 3 none, 1 grader fault" in page


@given(st.lists(st.floats(0, 1), max_size=200), st.floats(0.5, 200))
def test_the_histogram_draws_everybody_once(shares: list[float], possible: float) -> None:
    """Bars are in the picture, do not overlap, and no number below them touches another one."""
    bins = histogram([share * possible for share in shares], possible)
    if not bins:
        return
    drawing = draw_histogram(bins, 0.5 * possible, None)

    assert sum(bar.count for bar in drawing.bars) == len(shares)
    assert all(one.x + one.width < two.x for one, two in pairwise(drawing.bars))
    assert all(bar.x >= 0 and bar.x + bar.width <= drawing.width and bar.y >= 0 for bar in drawing.bars)
    assert all(two[0] - one[0] > 20 for one, two in pairwise(drawing.ticks))


def test_what_needs_a_person_is_gathered_by_sentence() -> None:
    """Equal sentences about several students are one group; a refusal or a fault is not told twice."""
    twin = Finding("warning", "The plot is that of somebody else.")
    whole = replace(faulty("eve"), findings=(Finding("error", "the check itself broke: KeyError: 'u'"),))
    reports = [full("ada", findings=(twin,)), full("bea", findings=(twin,)), refused("cy"), faulty("dee"), whole]
    seen = attention(reports, ASSIGNMENT)

    assert [(group.text, group.students) for group in seen.warnings] == [(twin.text, (0, 1))]
    assert [(group.text, group.students) for group in seen.refused] == [
        ("The zip cannot be opened: make it again.", (2,))
    ]
    assert [(group.label, group.text, group.students) for group in seen.faults] == [
        ("Generator loss", "the check itself broke: KeyError: 'u'", (3, 4))
    ]
    assert seen.errors == ()


@pytest.mark.parametrize(
    ("graded", "expected"),
    [
        (full("a"), SubmissionStatus.WAITING),
        (replace(full("a"), awaiting_person=()), SubmissionStatus.COMPLETE),
        (full("a", findings=(Finding("info", "repaired"),)), SubmissionStatus.WAITING),
        (full("a", findings=(Finding("warning", "odd"),)), SubmissionStatus.FINDINGS),
        (refused("a"), SubmissionStatus.REFUSED),
        (faulty("a"), SubmissionStatus.FAULT),
        (report("a", passed("leaky_relu")), SubmissionStatus.FAULT),
        (report("a", *(item(item_id, 0.0, Verdict.NOT_ATTEMPTED) for item_id in IDS)), SubmissionStatus.WAITING),
    ],
)
def test_the_status_names_the_most_urgent_thing(graded: Report, expected: SubmissionStatus) -> None:
    """A person is called for faults, refusals, and findings above the level of a note."""
    assert status_of(graded, IDS) is expected


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_is_a_word_on_the_page(verdict: Verdict) -> None:
    """No verdict is told by a colour alone."""
    score = None if verdict is Verdict.GRADER_FAULT else 0.0
    text = page_of(report("ada", passed("leaky_relu"), item("generator_loss", score, verdict, "Seen.")))

    assert f'<span class="word">{verdict.value.replace("_", " ")}</span>' in text


def test_a_students_section_says_everything_but_the_seed() -> None:
    """Each check's sentence and what was seen, the findings, formula, time, confinement, the facts given."""
    graded = replace(partly("ada"), findings=(Finding("info", "An inner folder."),))
    text = page_of(graded, extras=PageExtras(late={"ada": Lateness(2, 20.0)}))
    section = text[text.index('<article class="student" id="student-ada"') :]

    for said in (SENTENCE, "for 4 logits your function returned 2.8.", "An inner folder.", "The sign is opposite.",
                 "0.50 s (student cpu 0.25 s)", "landlock, seccomp", "<dt>Handed in</dt><dd>2 days late",
                 "<dt>Late penalty</dt><dd>20 points;"):  # fmt: skip
        assert said in section
    assert "1.0.0" not in section


def test_two_markers_are_one_pair_whoever_was_first() -> None:
    """The table of agreement has one row for an item and two people."""
    pairs = (Pair("grad_neg_v", "eva", "max", 2, 1, 0.5), Pair("grad_neg_v", "max", "eva", 2, 2, 0.0))
    page = page_of(full("ada"), extras=PageExtras(given=ClassMarks(agreement=pairs)))

    assert page.count("eva and max") == 1
    assert '<td class="n">4</td><td class="n">75%</td><td class="n">0.25 points</td>' in page


def test_open_regrade_requests_are_counted() -> None:
    """The page says how many wait, and nothing where none does."""
    title = "Open regrade requests"

    assert f'{title} <span class="count">3</span>' in page_of(full("ada"), extras=PageExtras(open_requests=3))
    assert title not in page_of(full("ada"))


def test_the_link_to_a_student_stays_the_same() -> None:
    """After a regrade, a new submission, a name from the roster, and in whatever order the class comes."""
    before = page_of(partly("ada"), full("b.b"))
    roster = {"ada": Member("ada", "Zuse, Ada"), "Ada": Member("Ada", "Byron, Ada")}
    after = page_of(full("aaa"), full("Ada"), full("b.b"), full("ada"), extras=PageExtras(people=roster))

    for link in ('href="#student-ada"', 'href="#student-b.b"', 'href="#row-ada"'):
        assert link in before
        assert link in after
    assert len(set(re.findall(r'<article class="student" id="([^"]+)"', after))) == 4


def test_a_part_never_passes_for_a_grade() -> None:
    """While an answer waits, sums say of how many marked points they are; a fault of ours shows a question mark."""
    marks = {"ada": StudentMarks({"grad_neg_v": Mark(None, 5.0)})}
    page = page_of(full("ada"), full("bob"), faulty("cy"), extras=PageExtras(given=ClassMarks(marks)))
    sums = dict(re.findall(r'id="student-(\w+)".*?<p class="sum"><b>([^<]+)</b>', page, re.DOTALL))

    assert sums == {"ada": "11 of 13 points", "bob": "so far 6 of 6 marked points", "cy": "3 + ?"}


def test_what_was_marked_is_in_the_students_section() -> None:
    """Points of the rubric that were lost, the adjustment with its reason, and the marker's words."""
    rows = tuple(
        Criterion(str(number), Kind.POINTS, 3.5, text) for number, text in ((1, "for the sign"), (2, "for the sum"))
    )
    given = Given(frozenset({"1"}), -0.5, "Not in the asked form.", "Look at $K$ again.", 3.0, True, "eva")
    ticks = {"grad_neg_v": ItemTicks(Rubric("grad_neg_v", 7.0, rows), {"ada": given})}
    marks = {"ada": StudentMarks({"grad_neg_v": Mark(None, 3.0)})}
    page = page_of(full("ada"), extras=PageExtras(given=ClassMarks(marks, ticks)))
    section = page[page.index('<article class="student"') :]

    for said in ("3 / 7", "<b>0 of 3.5</b> the sum", "<b>-0.5</b> Not in the asked form.", "Look at $K$ again."):
        assert said in section
    assert "the sign" not in section


def test_an_empty_class_is_a_page(tmp_path: Path) -> None:
    """Without submissions the page says so, and the tables have their headings only."""
    text = render([], ASSIGNMENT, tmp_path).read_text(encoding="utf-8")

    assert "There are no submissions yet." in text
    assert len((tmp_path / "grades.csv").read_text(encoding=ENCODING).splitlines()) == 1


def test_a_class_without_a_single_score_is_a_page() -> None:
    """Nobody graded: no histogram, no mean, and what must be done first is on top."""
    text = page_of(refused("ada"), faulty("bob"))

    assert "No submission has a score yet." in text
    assert text.index("Grader faults") < text.index("Refused submissions") < text.index('id="items"')


def test_equal_reports_give_equal_bytes(tmp_path: Path) -> None:
    """The order of grading leaves no trace in either file, nor does rendering again."""
    reports = [full("ada"), partly("Bea"), faulty("cy"), refused("dee"), *map(hostile, HOSTILE)]
    render(reports, ASSIGNMENT, tmp_path / "one")
    for shuffle in range(3):
        random.Random(shuffle).shuffle(reports)
        render(reports, ASSIGNMENT, tmp_path / "two")

        assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
                   for name in ("index.html", "grades.csv"))  # fmt: skip
    assert sorted(os.listdir(tmp_path / "two")) == ["grades.csv", "index.html"]


def test_report_is_never_written_through_a_link(tmp_path: Path) -> None:
    """A link in the place of the page is replaced, and what it points to is left alone."""
    target = tmp_path / "precious"
    target.write_text("kept", encoding="utf-8")
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "index.html").symlink_to(target)
    page = render([full("ada")], ASSIGNMENT, tmp_path / "report")

    assert target.read_text(encoding="utf-8") == "kept"
    assert not page.is_symlink()


def test_a_page_that_breaks_off_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is written in pieces, and still whole or not at all."""
    page = render([full("ada")], ASSIGNMENT, tmp_path)
    before = page.read_bytes()

    def breaks(*args):
        raise RuntimeError("out of luck")

    monkeypatch.setattr("autograder.reports.class_page.section", breaks)
    with pytest.raises(RuntimeError):
        render([full("bob")], ASSIGNMENT, tmp_path)

    assert page.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["grades.csv", "index.html"]


# Cleaning
