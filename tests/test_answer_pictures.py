"""Pictures in written answers reach the marker: pasted into a cell, written into a text, or beside the file."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import nbformat
import pytest
import small_course
from handed_in import ASSIGNMENT, handed_in, only, packed, placed
from PIL import Image

from autograder import intake
from autograder.course import assignment as assignments
from autograder.course import course_settings, sheets
from autograder.handin import answer_pictures
from autograder.handin.answer_pictures import Picture
from autograder.handin.limits import MAX_BYTES
from autograder.marking.rendered_pictures import Pictures, RenderedPictures
from autograder.model.submission import Submission
from autograder.nbgrader.formgrader_notebooks import Assembler

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "navy").save(data, kind, **options)
    return data.getvalue()


def uri(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


class Drawn(RenderedPictures):
    """Pictures without the process that draws them."""

    def photo(self, data: bytes) -> Pictures:
        return Pictures((b"drawn " + data[:4],))


@pytest.fixture(scope="module")
def assembler(tmp_path_factory) -> Assembler:
    course = small_course.make(tmp_path_factory.mktemp("course"))
    return Assembler(assignments.load(course), course_settings.load(course), Drawn())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("See ![my steps](steps.png) and ![](./img/b.jpg).", ["steps.png", "b.jpg"]),
        ("![](my%20steps.png) ![](<two words.png>) ![](three words here.png)",
         ["my steps.png", "two words.png", "three words here.png"]),
        ('<img src="a.png" width=3> <IMG alt=x SRC=b.png>', ["a.png", "b.png"]),
        ("![[obsidian.png]] ![x](attachment:image.png)", ["obsidian.png", "image.png"]),
        ('![t](a.png "a title")', ["a.png"]),
        (r"![](answers\steps.png)", ["steps.png"]),
        ("[a link](a.png), `a.png`, ![](https://x.example/a.png), ![](//x.example/a.png)", []),
    ],
)  # fmt: skip
def test_pictures_are_known_by_how_they_are_named(text: str, names: list[str]):
    """As markdown, as HTML, or as other programs write it; a link is no picture, and the web is not looked at."""
    assert answer_pictures.names_in(text) == names
    assert len(answer_pictures.on_the_web(text)) == text.count("x.example")


def test_pictures_in_the_text_of_a_sheet_become_files(tmp_path: Path):
    """The text keeps a name in their place, so that a large picture does not make the sheet too large."""
    data = picture(size=(400, 400)) + bytes(MAX_BYTES["sheet"])
    text = f"## cbow_item (4 points)\n\n**Answer.**\n\nSee ![steps][image1].\n\n[image1]: <{uri(data)}>\n"
    files = handed_in() | {"bob_HW4/answers/cbow.md": text.encode()}
    submission = only(placed(tmp_path, {"bob_HW4.zip": packed(files)}) / "bob_HW4.zip")
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)
    again = intake.read_folder(folder, "bob", ASSIGNMENT)

    assert submission.others == {"answers/cbow-picture-1.png": data}
    assert "![steps](cbow-picture-1.png)" in submission.sheets["cbow"]
    assert "base64" not in submission.sheets["cbow"]
    assert (again.sheets, again.others) == (submission.sheets, submission.others)


def test_a_sheet_with_too_much_text_is_refused_as_before(tmp_path: Path):
    """Only pictures are taken out of it."""
    files = handed_in() | {"bob_HW4/answers/cbow.md": b"ab c\n" * MAX_BYTES["sheet"]}
    submission = only(placed(tmp_path, {"bob_HW4.zip": packed(files)}) / "bob_HW4.zip")

    assert "cbow" not in submission.sheets
    assert any("larger than 0.25 MiB" in finding.text for finding in submission.findings)


@pytest.mark.parametrize("kind", ["image/svg+xml", "image/gif", "image/png;charset=utf-8"])
def test_what_is_no_png_or_jpeg_is_left_out_of_the_text(kind: str):
    """An SVG may hold a script."""
    text, pictures = answer_pictures.taken_out(f"![x]({uri(SVG, kind)}) end", "a")

    assert text in (f"![x]({answer_pictures.NOT_SHOWN}) end", "![x](a-picture-1.png) end")
    assert all(found.name.endswith(".png") and "png" in kind for found in pictures)


def _notebook(answer: str, **attachments: bytes) -> bytes:
    notebook = small_course.part_two()
    cell = next(entry for entry in notebook.cells if entry.id == "plot_reading")
    cell.source = answer
    cell["attachments"] = {
        name.replace("_", "."): {"image/svg+xml" if data is SVG else "image/png": base64.b64encode(data).decode()}
        for name, data in attachments.items()
    }
    notebook.cells = [entry for entry in notebook.cells if entry.id != "plot_reading_scheme"]
    return nbformat.writes(notebook).encode()


def shown(assembler: Assembler, notebook: str, item: str, **content) -> tuple[str, dict[str, bytes]]:
    """Return what stands below an answer, and the files that it refers to."""
    graded = assembler.assemble(small_course.report("ann", assembler.assignment), Submission("ann", **content))
    cells = graded.notebooks[notebook].cells
    text = next((cell.source for cell in cells if cell.id == f"{item}-pictures"), "")
    return text, {name: data for name, data in graded.files.items() if "_picture_" in name}


def test_a_pasted_picture_stands_below_the_answer(assembler: Assembler):
    """In the order of the text, drawn anew; an SVG does not."""
    data = _notebook(
        "**Answer.**\n\n![a](attachment:b.png) ![b](attachment:a.png)", a_png=b"1aaa", b_png=b"2bbb", c_svg=SVG
    )
    text, files = shown(assembler, "hw4_partII", "plot_reading", notebooks={"hw4_partII": data})

    assert text.startswith('**Pictures in this answer**\n\n**b.png**\n\n<img src="plot_reading_picture_1.jpg"')
    assert files == {"plot_reading_picture_1.jpg": b"drawn 2bbb", "plot_reading_picture_2.jpg": b"drawn 1aaa"}
    assert "svg" not in text


def test_a_picture_in_the_text_of_a_cell_stands_below_the_answer(assembler: Assembler):
    """The words stay, and the long address of the picture is a name."""
    data = _notebook(f"**Answer.**\n\nLook: ![a]({uri(b'9zzz')})")
    graded = assembler.assemble(
        small_course.report("ann", assembler.assignment), Submission("ann", notebooks={"hw4_partII": data})
    )

    assert graded.answers.answers["plot_reading"].text == "Look: ![a](plot_reading-picture-1.png)"
    assert graded.files["plot_reading_picture_1.jpg"] == b"drawn 9zzz"


def test_a_picture_beside_a_sheet_stands_with_the_answer_that_names_it(assembler: Assembler):
    """And what an answer names in vain is said."""
    sheet = assembler.assignment.sheet("adversarial")
    item = sheet.items[0].id
    answer = "**Answer.**\n\nSee ![](steps.png) and ![](<lost <b>.png>).\n"
    text = sheets.released_text(sheet).replace("**Answer.**\n", answer, 1)
    others = {"answers/steps.png": b"5555", "answers/other.png": b"6666"}
    text, files = shown(assembler, "adversarial", item, sheets={"adversarial": text}, others=others)

    assert files == {f"{item}_picture_1.jpg": b"drawn 5555"}
    assert "Not handed in, though the answer shows it: 'lost" in text


def test_no_more_pictures_are_shown_than_the_limit():
    """A marker looks at eight; the file holds the others."""
    own = [Picture(f"{number}.png", b"x%d" % number) for number in range(50)]

    assert len(answer_pictures.shown_in("", {}, own)[0]) == answer_pictures.MOST


@pytest.fixture(scope="module")
def rendered():
    with RenderedPictures() as rendered:
        yield rendered


def test_a_photo_is_drawn_upright(rendered: RenderedPictures):
    """A telephone turns its photos by a note in the file."""
    turned = Image.Exif()
    turned[0x0112] = 6
    (drawn,) = rendered.photo(picture("JPEG", (300, 100), exif=turned)).files

    assert Image.open(io.BytesIO(drawn)).size == (100, 300)
    assert Image.open(io.BytesIO(rendered.photo(picture()).files[0])).size == (60, 40)


@pytest.mark.parametrize("data", [b"", SVG, b"%PDF-1.7", picture("GIF"), picture("JPEG")[:200], picture("TIFF")])
def test_what_is_no_picture_becomes_a_sentence(data: bytes, rendered: RenderedPictures):
    """Formats that are not read, and damaged ones."""
    found = rendered.photo(data)

    assert found.files == ()
    assert found.note.startswith("The picture cannot be shown")
