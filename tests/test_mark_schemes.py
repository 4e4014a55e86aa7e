"""Whose rubric is found where: on sheets and in the cells of notebooks, and what is refused."""

import nbformat
import pytest
import small_course

from autograder.cli import main
from autograder.course import assignment as assignments
from autograder.course.mark_schemes import rubric_of
from autograder.model.errors import ConfigError

SCHEME = "- **6** for a cluster\n  - Refuse: a guess.\n- **4** for a reason\n- **-1** for a slip"


@pytest.fixture
def course(tmp_path):
    return small_course.make(tmp_path / "course")


def change_scheme_cell(course, **changes):
    """Change the cell of the notebook that holds a mark scheme."""
    path = course / "source" / "hw4" / "hw4_partII.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id == "plot_reading_scheme")
    cell.source = changes.get("source", cell.source)
    cell.metadata.tags = changes.get("tags", cell.metadata.tags)
    cell.metadata.nbgrader.grade_id = changes.get("grade_id", "plot_reading_scheme")
    nbformat.write(notebook, path)


def test_every_item_that_a_person_marks_has_a_rubric(assignment):
    """On sheets and in notebooks alike; all points can be earned."""
    for item in assignment.person_items:
        rubric = rubric_of(item, assignment)

        assert (rubric.item, rubric.most) == (item.id, item.points)
        assert rubric.score([row.id for row in rubric.rows if row.kind == "points"]) == item.points


def test_a_scheme_in_a_notebook_is_read_as_one_on_a_sheet(course):
    """With or without the lines around it."""
    for source in (SCHEME, f"<!-- BEGIN MARK SCHEME -->\n{SCHEME}\n<!-- END MARK SCHEME -->"):
        change_scheme_cell(course, source=source)
        assignment = assignments.load(course)
        rubric = rubric_of(assignment.item("plot_reading"), assignment)

        assert [row.points for row in rubric.rows] == [6, 4, 1]
        assert rubric.criteria[0].refuse == ("a guess",)
        assert rubric.notes == ()


def test_an_item_in_a_notebook_may_have_no_scheme(course):
    """Then its rubric has no criteria, and a person gives the points."""
    path = course / "source" / "hw4" / "hw4_partII.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id != "plot_reading_scheme"]
    nbformat.write(notebook, path)
    assignment = assignments.load(course)
    rubric = rubric_of(assignment.item("plot_reading"), assignment)

    assert (rubric.criteria, rubric.notes, rubric.most) == ((), (), 10)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"source": "- **6** for a\n- **3** for b"}, "cell plot_reading_scheme, line 1, mark scheme of plot_reading"),
        ({"source": "Note.\n\n- **10** for a [formula]"}, "line 3, mark scheme of plot_reading"),
        ({"tags": []}, "students would get it: add the tag"),
        ({"grade_id": "plot_readin_scheme"}, "name it <item>_scheme"),
        ({"grade_id": "softmaxCostAndGradient_scheme"}, "name it <item>_scheme"),
    ],
)
def test_a_scheme_that_is_not_in_order_is_refused_by_every_command(course, monkeypatch, capsys, changes, told):
    """Before anything is released or graded."""
    change_scheme_cell(course, **changes)
    monkeypatch.chdir(course)

    with pytest.raises(ConfigError) as refusal:
        assignments.load(course)
    assert told in str(refusal.value)
    for command in (["release"], ["release", "--check"], ["grade", "submitted"]):
        assert main(command) == 2
        assert told in " ".join(capsys.readouterr().err.split())
