"""Pictures of a class side by side: small, from pixels alone, alike where they are, and nobody accused for that."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace

import numpy as np
import pytest
import small_course
from finished_homework import plot as plot_of_words
from PIL import Image

from autograder.assignments.hw4 import pictures as hidden_pictures
from autograder.assignments.hw4.pictures import BORROWED, PLOT, PLOT_NOTEBOOK, SAMPLES, UNWRITTEN
from autograder.course import assignment as assignments
from autograder.formats import small_pictures
from autograder.formats.small_pictures import ALIKE, MOST_BYTES, LikePictures, SmallPicture, groups
from autograder.marking import class_pictures
from autograder.marking.class_pictures import ClassPictures, Collection, OddPictures, PictureSection, picture_in
from autograder.marking.rendered_pictures import RenderedPictures
from autograder.model.assignment import Assignment
from autograder.model.report import Verdict
from autograder.model.submission import Submission
from autograder.reports import render

HOSTILE = "<img src=x onerror=alert(1)>"


def collect(submissions, reports, rendered: RenderedPictures, assignment: Assignment | None = None) -> ClassPictures:
    """Return the pictures of some submissions."""
    collection = Collection(assignment or assignments.load(small_course.PROJECT))
    for submission in submissions:
        collection.add(submission, rendered)
    return collection.class_pictures(reports)


def students(found: ClassPictures) -> dict[str, set[str]]:
    return {section.id: set(section.pictures) for section in found.sections}


def odd_plots(reports, alike) -> tuple[OddPictures, ...]:
    """Return the odd plots of students who all sent the notebook."""
    return tuple(hidden_pictures.odd_pictures({PLOT: alike}, reports, {name: [PLOT_NOTEBOOK] for name in reports}))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def encoded(picture: Image.Image, form: str = "PNG", **options) -> bytes:
    data = io.BytesIO()
    picture.save(data, form, **options)
    return data.getvalue()


def digits(seed: int = 0) -> bytes:
    """Return two panels of a hundred blots, light ones on the left, dark ones on the right."""
    rng = np.random.default_rng(seed)
    panels = [np.kron(rng.random((100, 100)) < 0.3, np.ones((3, 3))) * ink for ink in (40, 250)]
    return encoded(Image.fromarray((255 - np.hstack(panels)).astype(np.uint8)))


def notebook(*outputs: object, grade_id: str = "look_samples") -> bytes:
    """Return Part I with saved outputs below the cell that shows the generator's digits."""
    cell = {
        "cell_type": "code", "source": "show_digits(...)", "execution_count": 9, "outputs": list(outputs),
        "metadata": {"nbgrader": {"grade_id": grade_id, "locked": True}},
    }  # fmt: skip
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def shown(png: bytes) -> dict:
    data = {"image/png": base64.b64encode(png).decode(), "text/html": HOSTILE}
    return {"output_type": "display_data", "data": data, "metadata": {}}


@pytest.fixture(scope="module")
def plots() -> list[Image.Image]:
    """Plots of word vectors from four seeds."""
    return [opened(plot_of_words(seed)[0]) for seed in range(4)]


def like(one: Image.Image, other: Image.Image) -> bool:
    found = groups({"one": small_pictures.plot(one), "other": small_pictures.plot(other)})
    return len(found) == 1


# Alike


def test_plots_from_different_seeds_are_not_alike(plots):
    """Though title, axes, legend and words are the same, and most of the picture is white."""
    found = groups({str(seed): small_pictures.plot(picture) for seed, picture in enumerate(plots)})

    assert [group.students for group in found] == [("0",), ("1",), ("2",), ("3",)]


@pytest.mark.parametrize(
    "saved_anew",
    [
        lambda picture: picture.resize((500, 400)),
        lambda picture: picture.resize((1370, 1096)),
        lambda picture: opened(encoded(picture, "JPEG", quality=25)),
        lambda picture: picture.quantize(32).convert("RGB"),
        lambda picture: picture.convert("L").convert("RGB"),
        lambda picture: picture.crop((15, 10, 990, 798)),
        lambda picture: opened(plot_of_words(0)[1]),
    ],
    ids=["smaller", "larger", "as a JPEG", "of few colours", "grey", "screenshot", "copied from the notebook"],
)
def test_a_picture_that_was_saved_anew_is_alike(saved_anew, plots):
    """Whatever that did to its bytes, its size and its margins; and it is not called identical."""
    (found,) = groups({"one": small_pictures.plot(plots[0]), "other": small_pictures.plot(saved_anew(plots[0]))})

    assert found == LikePictures(("one", "other"), identical=False)


def test_a_speck_makes_no_other_picture(plots):
    """Nor does it pass for the same one to the last pixel."""
    touched = plots[1].copy()
    touched.putpixel((2, 3), (0, 0, 0))

    assert small_pictures.plot(touched).digest != small_pictures.plot(plots[1]).digest
    assert like(touched, plots[1])


def test_the_same_picture_is_identical(plots):
    """Large groups come first, and who is like nobody stands alone."""
    same, other = small_pictures.plot(plots[0]), small_pictures.plot(plots[1])
    found = groups({"cy": same, "ann": other, "bob": same})

    assert found == [LikePictures(("bob", "cy"), True), LikePictures(("ann",), True)]
    assert groups({}) == []


def test_blank_pictures_are_no_reason_to_fail():
    """Nothing is drawn, and nothing divides by zero."""
    blank, tiny = Image.new("RGB", (300, 200), "white"), Image.new("RGB", (1, 1))

    assert not like(blank, opened(plot_of_words(0)[0]))
    assert small_pictures.saved(tiny).width == 1
    assert 0 < ALIKE < 1


# Small


def test_small_pictures_are_small(plots):
    """Whatever they show, so that those of a thousand students make a page that opens."""
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (1600, 1600, 3), dtype=np.uint8))
    for picture in (*plots, noise, opened(digits())):
        for made in (small_pictures.plot(picture), small_pictures.saved(picture)):
            data = base64.b64decode(made.webp)

            assert len(data) <= MOST_BYTES
            assert Image.open(io.BytesIO(data)).format == "WEBP"
            assert opened(data).size == (made.width, made.height)


def test_of_two_panels_the_generators_is_shown():
    """That of MNIST is the same for everybody."""
    made = small_pictures.saved(opened(digits()), SAMPLES.two_panels_from)

    assert made.width == made.height
    assert np.asarray(opened(base64.b64decode(made.webp))).mean() < 220  # the panel of light blots has 240 and more
    assert SmallPicture.from_json(made.to_json()) == made


# From a submission


def test_samples_come_from_the_cell_that_shows_them():
    """The last picture there; other cells, other kinds of output and other formats are left alone."""
    first, last = digits(1), digits(2)
    text = {"output_type": "stream", "name": "stdout", "text": "hello"}
    data = notebook(shown(first), text, shown(last))

    assert picture_in(Submission("ann", notebooks={"hw4_partI": data}), SAMPLES) == last
    for other in (notebook(shown(first), grade_id="look_mnist"), notebook(text), notebook(), b"look_samples {", b""):
        assert picture_in(Submission("ann", notebooks={"hw4_partI": other}), SAMPLES) is None
    assert picture_in(Submission("ann"), SAMPLES) is None


@pytest.mark.parametrize(
    "value", ['"><script>alert(1)</script>', "iVBORw0KGgo=", ["a", 3], None, {"a": 1}, "A" * 9_000_000]
)
def test_odd_outputs_are_no_picture(value, tmp_path):
    """A notebook can say that anything is a PNG."""
    output = {"output_type": "display_data", "data": {"image/png": value}, "metadata": {}}
    submission = Submission("ann", notebooks={"hw4_partI": notebook(output)})
    with RenderedPictures(tmp_path) as rendered:
        assert collect([submission], [], rendered) == ClassPictures()


def test_pictures_are_made_once(assignment, tmp_path, monkeypatch):
    """While a class is graded; the report only reads them, also those that cannot be drawn."""
    good = Submission(
        "ann", notebooks={"hw4_partI": notebook(shown(digits()))}, files={"word_vectors": encoded(opened(digits(3)))}
    )
    bad = Submission(
        "bob",
        notebooks={"hw4_partI": notebook(shown(b"\x89PNG\r\n\x1a\n" + bytes(60)))},
        files={"word_vectors": b"no PNG"},
    )
    with RenderedPictures(tmp_path) as rendered:
        class_pictures.draw_ahead(bad, assignment, rendered)
        class_pictures.draw_ahead(good, assignment, rendered)
    monkeypatch.setattr("autograder.marking.rendered_pictures.Zygote", no_zygote)
    with RenderedPictures(tmp_path) as rendered:
        found = collect([good, bad], [], rendered)

        assert students(found) == {"look_samples": {"ann"}, "word_vectors": {"ann"}}
        assert rendered.plot(good.files["word_vectors"]).files
        assert rendered.plot(bad.files["word_vectors"]).note


def test_without_confinement_there_are_no_class_pictures(tmp_path, monkeypatch):
    """Nothing is drawn in the grader itself."""
    monkeypatch.setattr("autograder.marking.rendered_pictures.Zygote", no_zygote)
    with RenderedPictures(tmp_path) as rendered:
        found = collect(
            [Submission("ann", notebooks={"hw4_partI": notebook(shown(digits()))}, files={"word_vectors": digits()})],
            [],
            rendered,
        )

    assert found == ClassPictures()


def no_zygote(*args, **kwargs):
    from autograder.model.errors import GraderFault

    raise GraderFault("this machine lacks landlock")


# Odd plots


def test_equal_plots_of_right_code_are_not_odd(assignment):
    """The seed is fixed: honest students get the same picture to the last pixel."""
    full = {item.id: item.points for item in assignment.auto_items}
    reports = {name: small_course.report(name, assignment, **full) for name in ("ann", "bob", "cy")}

    assert odd_plots(reports, [LikePictures(("ann", "bob", "cy"), True)]) == ()


def test_equal_plots_of_partly_right_code_are_not_odd(assignment):
    """A check can be lost by what training never touches."""
    full = {item.id: item.points for item in assignment.auto_items}
    reports = {
        "ann": small_course.report("ann", assignment, **full),
        "bob": small_course.report("bob", assignment, **{**full, "skipgram": 1.0}),
    }

    assert odd_plots(reports, [LikePictures(("ann", "bob"), True)]) == ()


def test_a_plot_without_the_code_that_trains_is_odd(assignment):
    """Whether it is like another one or not."""
    full = {item.id: item.points for item in assignment.auto_items}
    lost = {**full, "skipgram": 0.0, "negSamplingCostAndGradient": Verdict.NOT_ATTEMPTED}
    reports = {"ann": small_course.report("ann", assignment, **lost)}
    (found,) = odd_plots(reports, [LikePictures(("ann",), True)])

    assert (found.item_id, found.sentence, found.students) == ("negSamplingCostAndGradient", UNWRITTEN, ("ann",))


def test_the_plot_of_right_code_beside_wrong_code_is_odd(assignment):
    """Wrong code draws another picture; with wrong code only, nobody knows whose picture it is."""
    full = {item.id: item.points for item in assignment.auto_items}
    reports = {
        "ann": small_course.report("ann", assignment, **full),
        "bob": small_course.report("bob", assignment, **{**full, "skipgram": 0.0}),
        "cy": small_course.report("cy", assignment, **{**full, "skipgram": 0.0}),
        "dee": small_course.report("dee", assignment, **{**full, "skipgram": None}),
    }
    (found,) = odd_plots(reports, [LikePictures(("ann", "bob", "dee"), True), LikePictures(("cy",), True)])

    assert (found.item_id, found.sentence, found.students) == ("skipgram", BORROWED, ("bob",))
    assert odd_plots(reports, [LikePictures(("bob", "cy"), True)]) == ()


def test_of_a_large_class_the_first_samples_by_name_are_shown(tmp_path, monkeypatch):
    """In whatever order the submissions are finished: the page must not differ from run to run."""
    monkeypatch.setattr(class_pictures, "MOST_SAVED", 2)
    drawn = {"hw4_partI": notebook(shown(digits()))}
    with RenderedPictures(tmp_path) as rendered:
        found = collect([Submission(name, notebooks=drawn) for name in ("cy", "ann", "dan", "bob")], [], rendered)

    assert students(found) == {"look_samples": {"ann", "bob"}}


def test_a_plot_without_its_notebook_is_not_odd(assignment, tmp_path):
    """That the notebook is missing is said elsewhere."""
    reports = [small_course.report("ann", assignment, skipgram=Verdict.NOT_ATTEMPTED)]
    with RenderedPictures(tmp_path) as rendered:
        missing = collect([Submission("ann", files={"word_vectors": digits()})], reports, rendered)
        there = collect(
            [Submission("ann", notebooks={"hw4_partII": b"{}"}, files={"word_vectors": digits()})], reports, rendered
        )

    assert missing.odd == ()
    assert [odd.students for odd in there.odd] == [("ann",)]


# Any assignment


def test_a_handed_in_picture_of_any_assignment_is_shown(tmp_path):
    """Under the name of the file where the hidden side says nothing of it."""
    other = assignments.load(small_course.make(tmp_path / "course"))
    with RenderedPictures(tmp_path / "kept") as rendered:
        found = collect([Submission("ann", files={"word_vectors": digits()})], [], rendered, other)

    assert [(section.title, set(section.pictures)) for section in found.sections] == [("word_vectors.png", {"ann"})]
    assert found.odd == ()


# On the page


def test_the_page_shows_each_picture_once(assignment, tmp_path, plots):
    """With everybody who drew it, in a page that loads nothing, and with names that do nothing."""
    one, other = small_pictures.plot(plots[0]), small_pictures.plot(plots[1])
    names = ["ann", "bob", HOSTILE]
    reports = [replace(small_course.report("x", assignment), student=name) for name in names]
    by_student = {"ann": one, "bob": one, HOSTILE: other, "no report": other}
    alike = tuple(groups(by_student))
    found = ClassPictures(tuple(PictureSection(name, name, "", by_student, alike) for name in ("samples", "plots")))
    page = render(reports, assignment, tmp_path, pictures=found).read_text(encoding="utf-8")

    assert page.count(f'src="data:image/webp;base64,{one.webp}"') == 2  # among the samples and among the plots
    assert "2 identical:" in page
    assert HOSTILE not in page
    assert "img-src data:;" in page
