"""The class report as a lecturer uses it: names are found, an order is kept, keys lead on, and paper hides nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import accessibility
import pypdfium2
import pypdfium2.raw
import pytest
import small_course
from browser import DESKTOP, Witness
from PIL import Image
from playwright.sync_api import Page, expect

from autograder.formats import small_pictures
from autograder.gradebook.marks import Mark, StudentMarks
from autograder.lms.roster import Member
from autograder.marking.class_pictures import ClassPictures, PictureSection
from autograder.model.assignment import Assignment
from autograder.model.report import Finding
from autograder.reports import render
from autograder.reports.class_scores import ClassMarks

NAMES = {
    "jmueller": "Müller, Jörg",
    "amuller": "Muller, Ann",
    "sorensen": "Sørensen, Åse",
    "xwang": "王 小明",
    "suharto": "Suharto",
    "obrien": "O’Brien, Zoë",
}
MORE = [f"student{number:03}" for number in range(120)]  # of whom the roster says nothing
STUDENTS = [*NAMES, *MORE]


TYPED = [
    ("Müller", ["amuller", "jmueller"]),
    ("mueller", ["amuller", "jmueller"]),
    ("MULLER", ["amuller", "jmueller"]),
    ("jörg muller", ["jmueller"]),
    ("sorensen", ["sorensen"]),
    ("Sørensen, Åse", ["sorensen"]),
    ("obrien zoe", ["obrien"]),
    ("o'brien", ["obrien"]),
    ("王", ["xwang"]),
    ("xiao", ["xwang"]),
    ("jmueller@example", ["jmueller"]),
    ("student004", ["student004"]),
]


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment) -> Path:
    return report_of(STUDENTS, assignment, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def short_file(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment) -> Path:
    """With every kind of element, a few of each."""
    return report_of([*NAMES, *MORE[:6]], assignment, tmp_path_factory.mktemp("short"))


def report_of(students: list[str], assignment: Assignment, folder: Path) -> Path:
    """Write a class of which every third student has all answers marked; each has drawn a picture."""
    reports, marks, drawn = [], {}, {}
    for number, name in enumerate(students):
        scores = {item.id: item.points * (number % 5) / 4 for item in assignment.auto_items}
        notes = (Finding("info", "The zip has no inner folder."),) if number % 10 == 0 else ()
        reports.append(replace(small_course.report(name, assignment, **scores), findings=notes))
        share = (number % 7) / 6
        given = {item.id: Mark(None, item.points * share) for item in assignment.person_items}
        marks[name] = StudentMarks(given if number % 3 == 0 else {})
        drawn[name] = small_pictures.saved(Image.new("RGB", (60, 40), (number, 90, 90)))
    people = {
        name: Member(name, full, section=f"Lab {number % 2 + 1}", email=f"{name}@example.edu")
        for number, (name, full) in enumerate(NAMES.items())
    }
    section = PictureSection("samples", "Samples", "", drawn, tuple(small_pictures.identical(drawn)), False)
    return render(
        reports, assignment, folder, absent=("Roe, Jane (jroe)",),
        given=ClassMarks(marks), people=people, pictures=ClassPictures((section,)),
    )  # fmt: skip


@pytest.fixture
def page(browser_page: Page, report_file: Path) -> Page:
    browser_page.goto(report_file.as_uri())
    return browser_page


def shown(page: Page) -> list[str]:
    """The ids of the students in the table, in its order."""
    rows = page.locator(".students tbody tr").evaluate_all(
        "(rows) => rows.filter((row) => !row.hidden).map((row) => row.id)"
    )
    return [row.removeprefix("row-") for row in rows]


def chosen(page: Page) -> str:
    """The student whose row has the focus."""
    return page.evaluate("document.activeElement.hash.slice('#student-'.length)")


def test_people_are_found_by_any_spelling(page: Page):
    """As names are typed on any keyboard, and by id and address."""
    for typed, found in TYPED:
        page.fill("#find", typed)

        assert sorted(shown(page)) == found, typed


def test_the_address_keeps_what_is_chosen(page: Page, browser_page: Page):
    """A link shows the same table again: order, section and what was looked for; and so does coming back."""
    total = page.get_by_role("button", name="Sort by Total")
    total.click()
    total.focus()
    page.keyboard.press("Enter")
    page.select_option("#section", "Lab 1")
    page.fill("#find", "o")
    before, address = shown(page), page.url
    page.goto("about:blank")
    page.goto(address)

    assert set(before) == {"jmueller", "suharto", "sorensen"} & set(before)
    assert before
    assert shown(page) == before
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Total")
    assert page.input_value("#find") == "o"


def test_a_damaged_address_shows_everybody(page: Page):
    page.goto(f"{page.url}?sort=nothing&show=x&section=%00&find=#student-nobody")

    assert len(shown(page)) == len(STUDENTS)
    assert page.input_value("#show") == ""


def test_keys_lead_through_the_class(page: Page, witness: Witness):
    """In the table, in a student's section, and to the list of keys; not while somebody types."""
    order = shown(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert chosen(page) == order[1]
    page.keyboard.press("k")
    assert chosen(page) == order[0]

    page.keyboard.press("Enter")
    section = page.locator(".student:target")
    expect(section).to_have_id(f"student-{order[0]}")
    page.keyboard.press("j")
    expect(section).to_have_id(f"student-{order[1]}")
    page.keyboard.press("k")
    expect(section).to_have_id(f"student-{order[0]}")

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    expect(section).to_have_count(1)
    page.keyboard.press("Escape")
    expect(section).to_have_count(0)

    page.keyboard.press("/")
    page.keyboard.type("jk?")
    assert page.input_value("#find") == "jk?"
    expect(page.locator("#keys")).to_be_hidden()
    assert witness.complaints == []


def test_paper_hides_nothing(page: Page, tmp_path: Path):
    """What is folded on the screen is there, with every picture; the head of the table is on each of its pages."""
    assert page.locator("details:not([open])").count() > 0
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    pages = list(pypdfium2.PdfDocument(tmp_path / "report.pdf"))
    texts = [" ".join(each.get_textpage().get_text_bounded().split()) for each in pages]
    images = sum(len(list(each.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))) for each in pages)
    tables = [text for text in texts if "Written" in text]

    assert "The zip has no inner folder." in " ".join(texts)
    assert images >= len(STUDENTS)
    assert len(tables) > 1
    assert all(any(name in text for text in tables) for name in (*STUDENTS, "Sørensen, Åse", "Müller, Jörg"))
    assert page.locator("details:not([open])").count() > 0  # as it was


def test_every_student_begins_a_page_of_paper(page: Page, tmp_path: Path):
    page.goto(f"{page.url}#everybody")
    page.pdf(path=tmp_path / "students.pdf", format="A4")
    pages = [each.get_textpage().get_text_bounded() for each in pypdfium2.PdfDocument(tmp_path / "students.pdf")]

    assert len(pages) >= len(STUDENTS)
    for name in STUDENTS:
        assert sum(name in text[:80] for text in pages) == 1, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_names_and_keys(scheme: str, browser_page: Page, short_file: Path):
    """With names, sections, letters to write, pictures, marks and the list of keys on the page."""
    browser_page.emulate_media(color_scheme=scheme)
    browser_page.set_viewport_size(DESKTOP)
    browser_page.goto(f"{short_file.as_uri()}#student-jmueller")
    assert browser_page.locator("#talk .write").count()
    assert accessibility.findings(browser_page) == []
    browser_page.keyboard.press("?")

    assert accessibility.findings(browser_page, "#keys") == []
