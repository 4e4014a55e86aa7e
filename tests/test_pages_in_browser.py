"""The pages in a real browser: they ask for nothing, run nothing of a student's, fit a phone, and can be used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import accessibility
import pypdfium2
import pytest
import small_course
from browser import DESKTOP, PHONE, Witness
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect

from autograder.formats import small_pictures
from autograder.formats.small_pictures import groups
from autograder.gradebook.marks import Mark, StudentMarks
from autograder.lms.roster import Member
from autograder.marking.class_pictures import ClassPictures, OddPictures, PictureSection
from autograder.marking.exhibits import Exhibit, Picture
from autograder.marking.lookalikes import WRITE_UP, Group
from autograder.marking.student_answers import Answer, Status
from autograder.model.assignment import Assignment
from autograder.model.report import CheckResult, Finding, Report, Verdict
from autograder.model.result_folders import ResultFolders
from autograder.reports import feedback, render
from autograder.reports.about_run import AboutRun
from autograder.reports.student_page import Homework, StudentWork

HOSTILE = """<script>document.title='owned';alert(1)</script>'"><img src=x onerror=alert(2)><svg onload=alert(3)>"""
LONG = "W" * 300  # a word that cannot be broken
TERMS = "u_w" + " + u_w" * 40
ROW = "| column " * 30 + "|\n"
WIDE = f"\n\n$${TERMS}$$\n\n```formula\n{TERMS}\n```\n\n{ROW}{'|---' * 30}|\n{ROW}"
NAMES = [f"student{number:02}" for number in range(1, 31)]


PEOPLE = ("Müller, Jörg", "Soren Strauss", "İlker Işık", "Иванов, Пётр", HOSTILE)


def class_of_thirty(assignment: Assignment) -> list[Report]:
    """Return reports of every kind; the first student's texts are hostile, the second's are long."""
    scores = [{item.id: item.points * (number % 7) / 6 for item in assignment.auto_items} for number in range(30)]
    reports = [small_course.report(name, assignment, **score) for name, score in zip(NAMES, scores, strict=True)]
    reports[0] = with_text(reports[0], HOSTILE)
    reports[1] = with_text(reports[1], LONG)
    reports[2] = small_course.report(NAMES[2], assignment, skipgram=None)
    untried = dict.fromkeys((item.id for item in assignment.auto_items), Verdict.NOT_ATTEMPTED)
    sentence = "The zip cannot be opened: make it again."
    reports[3] = replace(small_course.report(NAMES[3], assignment, **untried), refused=sentence)
    return reports


def with_text(report: Report, text: str) -> Report:
    lost = CheckResult(f"test_{text}", Verdict.FAILED, 1.0, text, text, text)
    return replace(
        report,
        items=(replace(report.items[0], score=0.0, verdict=Verdict.FAILED, checks=(lost,)), *report.items[1:]),
        findings=tuple(Finding(level, text) for level in ("error", "warning", "info")),
        versions={text: text},
    )


def pictures() -> ClassPictures:
    """Return class pictures in which everybody has two pictures, three students the same."""
    drawn = [Image.new("RGB", (200, 160), (8 * number, 90, 90)) for number in range(30)]
    by_student = {name: small_pictures.plot(drawn[max(3, number)]) for number, name in enumerate(NAMES)}
    odd = OddPictures("skipgram", "This function is not written.", (NAMES[0],))
    alike = tuple(groups(by_student))
    sections = [PictureSection(name, name, "", by_student, alike, name == "plots") for name in ("samples", "plots")]
    return ClassPictures(tuple(sections), (odd,))


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment) -> Path:
    like = Group(assignment.item("attacks"), WRITE_UP, (NAMES[0], NAMES[1]), False, 0.5, HOSTILE)
    return render(
        class_of_thirty(assignment), assignment, tmp_path_factory.mktemp("report"),
        lookalikes=[like], pictures=pictures(), absent=[HOSTILE, LONG],
    )  # fmt: skip


@pytest.fixture(scope="module")
def named_file(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment) -> Path:
    """The report of a class in which people have names."""
    people = {name: Member(name, called) for name, called in zip(NAMES, PEOPLE, strict=False)}
    reports = [small_course.report(name, assignment) for name in people]
    return render(reports, assignment, tmp_path_factory.mktemp("named"), people=people)


@dataclass(frozen=True)
class HandedIn(feedback.ClassWork):
    """Everybody wrote the same hostile and wide words into answers and code, and has a picture."""

    assignment: Assignment | None = None

    def of(self, report: Report) -> StudentWork:
        shown = Exhibit("plot", HOSTILE, (Picture("plot.jpg", HOSTILE, 40, 30, "1"),))
        text = HOSTILE + LONG + WIDE
        answers = {
            item.id: Answer(report.student, item.id, text, "", Status.WRITTEN, exhibits=(shown,))
            for item in self.assignment.person_items
        }
        code = {item.id: f"def f():  # {text}\n    return '{LONG}'" for item in self.assignment.auto_items}
        picture = small_pictures.encoded(Image.new("RGB", (40, 30)), "JPEG")
        return StudentWork(HOSTILE, (LONG,), answers, code, {"plot.jpg": picture}.get)


@pytest.fixture(scope="module")
def feedback_folder(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment) -> Path:
    """Pages for the first four of the class; comments are as hostile as the rest."""
    comments = dict.fromkeys(NAMES[:4], HOSTILE + LONG) | {NAMES[0]: HOSTILE + LONG + WIDE}
    marks = {name: StudentMarks({"attacks": Mark(None, 2.0, 0.0, False, text)}) for name, text in comments.items()}
    return feedback.write(
        class_of_thirty(assignment)[:4], marks, Homework(assignment, show_model_answers=True),
        ResultFolders(tmp_path_factory.mktemp("feedback"), "hw4"),
        about=AboutRun(HOSTILE, assignment.title), work=HandedIn(assignment=assignment),
    ).folder  # fmt: skip


@pytest.fixture
def report_page(browser_page: Page, report_file: Path) -> Page:
    browser_page.goto(report_file.as_uri())
    return browser_page


def check_quiet(witness: Witness, page: Page, address: str) -> None:
    """The page's own file was all that was asked for, and nobody else's script has run."""
    assert witness.complaints == []
    assert witness.dialogs == []
    assert {request for request in witness.requests if not request.startswith("data:")} == {address}
    assert page.locator("img[src='x'], main svg[onload]").count() == 0
    assert page.title() != "owned"


def width_of(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def shown_students(page: Page) -> list[str]:
    return page.locator(".students tbody tr:visible th").all_inner_texts()


def test_report_asks_for_nothing_and_runs_nothing_of_a_students(witness, report_page: Page, report_file: Path):
    """With every section open, and each student's once."""
    report_page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    for name in NAMES:
        report_page.evaluate(f"location.hash = 'student-{name}'")
    report_page.evaluate("""Promise.all([...document.querySelectorAll(".tiles img")].map((each) => {
      each.loading = "eager";
      return each.decode();  // fails the test for one that is no picture
    }))""")

    check_quiet(witness, report_page, report_file.as_uri())


@pytest.mark.parametrize("width", [320, PHONE["width"], 768, DESKTOP["width"]])
def test_report_fits_every_screen(width: int, report_page: Page):
    """Nothing reaches past the right edge, in the class and in the section of the student with the longest words."""
    report_page.set_viewport_size({"width": width, "height": 800})
    report_page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")

    assert width_of(report_page) <= width
    for name in NAMES[:2]:
        report_page.evaluate(f"location.hash = 'student-{name}'")
        section = report_page.locator(f"#student-{name}")
        expect(section).to_be_visible()
        box = section.bounding_box()

        assert box is not None
        assert box["x"] + box["width"] <= width + 1  # pixels are rounded
        assert section.evaluate("(own) => own.scrollWidth <= own.clientWidth")


def test_students_are_found_by_name_and_reason(report_page: Page):
    """Words in any order and case; the count says how many are shown, and everybody comes back."""
    report_page.fill("#find", "STUDENT1")
    assert shown_students(report_page) == NAMES[9:19]
    assert report_page.inner_text("#shown") == "10 of 30 shown"

    report_page.fill("#find", "opened zip")
    assert shown_students(report_page) == [NAMES[3]]

    report_page.fill("#find", "nobody of this name")
    assert shown_students(report_page) == []

    report_page.fill("#find", "")
    assert len(shown_students(report_page)) == 30


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("mueller", 0), ("MÜLLER", 0), ("Muller, Jorg", 0), ("jörg mu\u0308ller", 0), ("Søren Strauß", 1),
        ("ilker isik", 2), ("ILKER", 2), ("петр", 3), ("Ivanov", 3), ("<script>document", 4),
    ],
)  # fmt: skip
def test_students_are_found_by_any_spelling(browser_page: Page, named_file: Path, typed: str, position: int):
    """The page folds what is typed as the grader folds names."""
    browser_page.goto(named_file.as_uri())
    browser_page.fill("#find", typed)

    assert [shown.split()[-1] for shown in shown_students(browser_page)] == [NAMES[position]]


def test_students_are_chosen_by_what_they_need(report_page: Page):
    """The list names each state with its number."""
    report_page.select_option("#show", "person")

    assert shown_students(report_page) == NAMES[:4]
    report_page.select_option("#show", "FAULT")
    assert shown_students(report_page) == [NAMES[2]]


def test_students_are_sorted_by_any_column(report_page: Page):
    """By number where there are numbers, and the other way round at the second click."""
    points = report_page.get_by_role("button", name="Total")

    def totals() -> list[float]:
        return [float(text) for text in report_page.locator(".students .total").evaluate_all(
            "(cells) => cells.map((cell) => cell.dataset.order)")]  # fmt: skip

    points.click()
    assert totals() == sorted(totals())
    points.click()
    assert totals() == sorted(totals(), reverse=True)
    assert report_page.locator("th[aria-sort]").count() == 1

    report_page.get_by_role("button", name="Student").click()
    assert shown_students(report_page) == NAMES


def test_each_student_is_one_click_away(report_page: Page):
    """The section that opens is that student's, with both pictures."""
    for name in NAMES:
        report_page.locator(".students").get_by_role("link", name=name, exact=True).click()
        section = report_page.locator(".student:target")

        expect(section.locator("h2")).to_have_text(name)
        expect(section.locator(".own img")).to_have_count(2)
        section.get_by_text("← class").click()
        expect(report_page.locator(".student:target")).to_have_count(0)


def test_keys_lead_from_student_to_student(report_page: Page):
    """In the order of the table, past those that are not shown, and back to the class."""
    report_page.fill("#find", "student0")
    report_page.locator(".students").get_by_role("link", name=NAMES[7]).click()
    names = report_page.locator(".student:target h2")
    report_page.keyboard.press("ArrowRight")
    expect(names).to_have_text(NAMES[8])
    report_page.keyboard.press("ArrowRight")
    expect(names).to_have_text(NAMES[8])  # the last that is shown
    report_page.keyboard.press("ArrowLeft")
    expect(names).to_have_text(NAMES[7])
    report_page.keyboard.press("Escape")

    expect(report_page.locator(".student:target")).to_have_count(0)


def test_report_can_be_read_without_scripts(browser, report_file: Path):
    """Figures, lists, pictures and the section of each student."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report_file.as_uri())

    assert page.locator(".controls").is_hidden()
    assert len(shown_students(page)) == 30
    page.locator(".students").get_by_role("link", name=NAMES[5]).click()
    assert page.locator(".student:visible h2").inner_text() == NAMES[5]
    context.close()


def test_print_has_everything_that_the_class_page_says(report_page: Page, tmp_path: Path):
    """Also what is folded on the screen; neither controls nor the sections of students."""
    report_page.pdf(path=tmp_path / "report.pdf", format="A4")
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(tmp_path / "report.pdf")]
    text = " ".join(" ".join(pages).split())

    assert all(name in text for name in NAMES)
    for said in (
        "Needs a person before scores go out",
        "The zip cannot be opened",
        "Similar write-ups",
        "alike to 50% or more",
    ):
        assert said in text
    assert "name, id or reason" not in text
    assert "Full points" not in text
    assert len(pages) < 12


@pytest.mark.parametrize("number", range(4))
def test_feedback_is_quiet_and_fits_a_phone(number: int, witness, browser_page: Page, feedback_folder: Path):
    """Whatever the student's code or the marker wrote."""
    file = feedback_folder / NAMES[number] / "index.html"
    browser_page.set_viewport_size(PHONE)
    browser_page.goto(file.as_uri())
    browser_page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")

    assert width_of(browser_page) <= PHONE["width"]
    assert browser_page.title().startswith("Homework 4")
    check_quiet(witness, browser_page, file.as_uri())


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESKTOP)], ids=["light", "dark"])
def test_everybody_can_use_the_pages(
    scheme: str, size: ViewportSize, browser_page: Page, report_file: Path, feedback_folder: Path
):
    """With a screen reader, by keys alone or with weak eyes; everything is open that can be folded."""
    browser_page.emulate_media(color_scheme=scheme)
    browser_page.set_viewport_size(size)
    feedback_file = feedback_folder / NAMES[0] / "index.html"
    parts = {report_file.as_uri(): None, f"{report_file.as_uri()}#student-{NAMES[0]}": ".student:target"}
    for address, within in {**parts, feedback_file.as_uri(): None}.items():
        browser_page.goto(address)
        browser_page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")

        assert accessibility.findings(browser_page, within) == [], address


def test_what_not_everybody_can_use_is_found(browser_page: Page):
    browser_page.set_content("<html lang=en><title>A page</title><p style='color: #999'>Faint words<p><img src=data:,>")

    assert [line.partition(":")[0] for line in accessibility.findings(browser_page)] == ["color-contrast", "image-alt"]
    assert [line.partition(":")[0] for line in accessibility.findings(browser_page, "img")] == ["image-alt"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_background(scheme: str, browser_page: Page, report_file: Path):
    """By a ratio of 4.5 at least (WCAG 2.2, 1.4.3), in the class and in a student's section."""
    browser_page.emulate_media(color_scheme=scheme)
    for address in ("", f"#student-{NAMES[0]}", f"#student-{NAMES[2]}"):
        browser_page.goto(report_file.as_uri() + address)
        faint = browser_page.evaluate(FAINT)

        assert faint == []


FAINT = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = new Set();
  for (const element of document.querySelectorAll("main *, .student:target *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.closest("svg") || !element.checkVisibility()) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...found];
}"""
