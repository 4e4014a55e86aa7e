"""Pictures of what was handed in: what is drawn is shown, nothing is run, and no byte of the student's gets through."""

from __future__ import annotations

import io
import random
import struct
import zlib

import numpy as np
import pdf_files
import pytest
from PIL import Image, PngImagePlugin

from autograder.assignments.hw4.demo import writing as demo_writing
from autograder.handin.run_limits import Limits
from autograder.marking import rendered_pictures as drawing
from autograder.marking.rendered_pictures import Pictures, RenderedPictures
from autograder.model.errors import GraderFault, SubmissionError


@pytest.fixture(scope="module")
def rendered():
    """An rendered without a memory, so that everything is drawn."""
    with RenderedPictures() as rendered:
        yield rendered


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def ink(data: bytes) -> float:
    """Return the share of dark pixels."""
    return float((np.asarray(opened(data).convert("L")) < 128).mean())


def png(size: tuple[int, int] = (40, 30), **options) -> bytes:
    data = io.BytesIO()
    Image.new("RGBA", size, (255, 0, 0, 0)).save(data, "PNG", **options)
    return data.getvalue()


def claiming(width: int, height: int) -> bytes:
    """Return a PNG whose header claims another size."""
    header = b"IHDR" + struct.pack(">II", width, height) + png()[24:29]
    return png()[:12] + header + struct.pack(">I", zlib.crc32(header)) + png()[33:]


def check_sentence(shown: Pictures) -> None:
    assert shown.files == ()
    assert shown.note.endswith(".")
    assert shown.note.isprintable()


@pytest.mark.parametrize("name", pdf_files.DRAWN)
def test_a_page_is_drawn_and_nothing_else_happens(name: str, rendered: RenderedPictures):
    """Scripts, links and other files in it are left alone; odd sizes become pictures of a sane one."""
    shown = rendered.pages(pdf_files.DRAWN[name])

    assert len(shown.files) == 1
    assert shown.note == ""
    picture = opened(shown.files[0])
    assert picture.format == "JPEG"
    assert 1 <= min(picture.size) <= max(picture.size) <= drawing.MAX_SIDE


def test_the_words_of_a_page_can_be_seen(rendered: RenderedPictures):
    """Black on white, also for a font that the file does not hold."""
    (page,) = rendered.pages(pdf_files.pages()).files

    assert opened(page).size == (1131, 1600)
    assert 0.002 < ink(page) < 0.1


def test_the_bundled_derivation_is_drawn(rendered: RenderedPictures):
    """Two pages of mathematics, the same at every run."""
    data = demo_writing.derivation_pdf()
    shown = rendered.pages(data)

    assert data == demo_writing.derivation_pdf()
    assert [ink(page) > 0.005 for page in shown.files] == [True, True]


@pytest.mark.parametrize("name", pdf_files.REFUSED)
def test_a_file_that_cannot_be_drawn_gives_one_sentence(name: str, rendered: RenderedPictures):
    """In place of pictures, in our own words."""
    shown = rendered.pages(pdf_files.REFUSED[name])

    check_sentence(shown)
    assert ("password" in shown.note) == (name == "locked")


def test_of_many_pages_the_first_are_shown(rendered: RenderedPictures):
    """And a sentence says how many there are."""
    shown = rendered.pages(pdf_files.pages(drawing.MAX_PAGES + 5))

    assert len(shown.files) == drawing.MAX_PAGES
    assert shown.note == "The PDF has 25 pages; the first 20 are shown."


def test_a_page_that_never_ends_is_given_up(rendered: RenderedPictures, monkeypatch):
    """By time or by memory, whichever runs out first; the next file is drawn again."""
    with monkeypatch.context() as limited:
        limited.setattr(drawing, "LIMITS", Limits(call_cpu_s=0.5, memory_mib=400))
        shown = rendered.pages(pdf_files.nested_forms())

    check_sentence(shown)
    assert "too long" in shown.note or "too much memory" in shown.note
    assert rendered.pages(pdf_files.pages()).files


def test_a_picture_of_gigabytes_harms_nobody(rendered: RenderedPictures):
    """Whatever is drawn of it."""
    shown = rendered.pages(pdf_files.picture_bomb())

    assert shown.files or shown.note


def test_any_damage_gives_pictures_or_a_sentence(rendered: RenderedPictures):
    """Forty files with bytes changed, cut out or doubled."""
    rng, whole = random.Random(18739), demo_writing.derivation_pdf()
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(rng.randrange(1, 30)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        start = rng.randrange(len(data))
        shown = rendered.pages(bytes(data[: start + rng.randrange(2000)] + data[start:]))

        assert shown.files or shown.note
        assert all(opened(page).format == "JPEG" for page in shown.files)


def test_the_plot_is_encoded_anew(rendered: RenderedPictures):
    """The same picture on white, and nothing of what else the file held."""
    extra = PngImagePlugin.PngInfo()
    extra.add_text("Comment", "<script>alert(1)</script>")
    shown = rendered.plot(png(pnginfo=extra) + b"<script>alert(2)</script>")

    assert shown.note == ""
    assert b"script" not in shown.files[0]
    assert opened(shown.files[0]).size == (40, 30)
    assert ink(shown.files[0]) == 0


def test_a_large_plot_is_made_smaller(rendered: RenderedPictures):
    """A screenshot of the largest screen is still one picture on a page."""
    assert max(opened(rendered.plot(png((7680, 4320))).files[0]).size) <= drawing.MAX_SIDE


@pytest.mark.parametrize("data", [b"", b"\x89PNG plot", b"GIF89a" + bytes(50), png()[:40], claiming(20_000, 20_000)])
def test_a_plot_that_is_none_gives_one_sentence(data: bytes, rendered: RenderedPictures):
    """Another format, a damaged one, or one of too many pixels."""
    check_sentence(rendered.plot(data))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"bytes",
        np.zeros((3, 3), dtype=np.uint8),
        np.zeros((3, 3, 4), dtype=np.uint8),
        np.zeros((3, 3, 3), dtype=np.float32),
        np.zeros((0, 3, 3), dtype=np.uint8),
        np.zeros((2, drawing.MAX_SIDE + 1, 3), dtype=np.uint8),
    ],
)
def test_what_is_not_pixels_is_refused(answer: object):
    """The drawing process reads hostile files, so its own answers are not trusted either."""
    with pytest.raises(SubmissionError):
        drawing.picture_of(answer)


def test_pixels_are_grey_where_grey_ones_were_asked_for():
    """And have three colours where colours were."""
    grey, coloured = np.zeros((4, 5), dtype=np.uint8), np.zeros((4, 5, 3), dtype=np.uint8)

    assert drawing.picture_of(grey, grey=True).mode == "L"
    assert drawing.picture_of(coloured).mode == "RGB"
    for pixels, wanted in ((grey, False), (coloured, True), (coloured[0, 0], True)):
        with pytest.raises(SubmissionError):
            drawing.picture_of(pixels, grey=wanted)


def test_finished_pictures_are_kept(tmp_path, monkeypatch):
    """A regrade starts no process for them; what could not be drawn is remembered as well."""
    with RenderedPictures(tmp_path / "kept") as rendered:
        for draw, data in ((rendered.plot, png()), (rendered.pages, pdf_files.pages(2)), (rendered.pages, b"none")):
            draw(data)
    monkeypatch.setattr(drawing, "Zygote", no_zygote)
    with RenderedPictures(tmp_path / "kept") as rendered:
        assert len(rendered.pages(pdf_files.pages(2)).files) == 2
        assert len(rendered.plot(png()).files) == 1
        assert "damaged" in rendered.pages(b"none").note


def test_without_confinement_there_are_no_pictures(tmp_path, monkeypatch):
    """A sentence says why, and it is not remembered."""
    monkeypatch.setattr(drawing, "Zygote", no_zygote)
    with RenderedPictures(tmp_path / "kept") as rendered:
        check_sentence(rendered.plot(png()))

    assert not (tmp_path / "kept").exists()


def no_zygote(*args, **kwargs):
    raise GraderFault("this machine lacks landlock")
