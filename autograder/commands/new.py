"""`autograder new NAME`: write a small homework that can be released and graded at once."""

import re
from pathlib import Path

from ..course import assignment as assignments
from ..course import course_settings
from ..formats.whole_files import write_whole
from ..model.errors import ConfigError
from . import otter_homework

# Folders here: files of the course, which are written once; files of each homework; and those of each kind of homework.
# One file is one file of the course folder, under the same path; NAME in paths and texts is the homework's name. Python
# files end in .txt here, so that no tool takes them for code of the engine.
TEMPLATES = Path(__file__).with_name("templates")
OF_THE_COURSE, OF_EACH_HOMEWORK = "course", "homework"
PLACEHOLDER, STORED_AS = "NAME", ".txt"
VALID_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")  # a folder, a part of file names and of Python names
HOOKS = "nbgrader_hooks.install("  # what nbgrader_config.py has to call
DONE = 0


def new(folder: Path, name: str, tests: str = "pytest", from_otter: Path | None = None) -> int:
    """Write the homework `name` into a course folder, or make an empty folder one; return the exit code.

    `folder` is the course folder, a folder within it, or one without folders of its own; `tests` is what
    grades the homework: "pytest" for hidden checks, "nbgrader" for test cells in the notebook. With `from_otter`, a
    master notebook of otter-grader, the homework is the one in it.

    Raises:
        ConfigError: The name cannot be used, or the folder is no place for a course. Nothing was written.
    """
    if not VALID_NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot be the name of a homework: use up to 40 letters, digits and underscores, a letter first."
        )
    course_dir = _course_dir(folder)
    own = {} if from_otter else _files(OF_EACH_HOMEWORK, name) | _files(tests, name)
    shared = _files(OF_THE_COURSE, name)
    taken = next((path for path in [f"source/{name}", *own] if (course_dir / path).exists()), None)
    if taken is not None:
        raise ConfigError(f"{course_dir / taken} exists already, and nothing was written: choose another name.")
    converted = otter_homework.write(course_dir / "source" / name, name, from_otter) if from_otter else []
    missing = {path: text for path, text in shared.items() if not (course_dir / path).exists()}
    for path, text in (own | missing).items():
        (course_dir / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(course_dir / path, text)
    print(f"Wrote the homework {name} into {course_dir}:")
    for path in sorted([*own, *missing, *(f"source/{name}/{path}" for path in converted)]):
        print(f"  {path}")
    config = course_dir / course_settings.CONFIG_FILE
    if HOOKS not in config.read_text(encoding="utf-8", errors="replace"):
        print(f"{config.name} was there before. Put these lines at its beginning:\n\n{shared[config.name]}")
    print(f"Next: `autograder release --assignment {name}` writes release/{name}, which students get.")
    return DONE


def _course_dir(folder: Path) -> Path:
    """Return the course folder that holds `folder`, or `folder` itself where a course can begin."""
    folder = folder.resolve()
    for above in (folder, *folder.parents):
        if assignments.names(above):
            return above
    others = [path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    if others and not (folder / "source").is_dir():  # nbgrader's own course folders have source/
        raise ConfigError(
            f"{folder} is not a course folder and contains {min(others)}: use a course folder or an empty folder."
        )
    return folder


def _files(kind: str, name: str) -> dict[str, str]:
    """Return the files of one folder of templates: text by path from the course folder on."""
    files, folder = dict[str, str](), TEMPLATES / kind
    for template in sorted(path for path in folder.rglob("*") if path.is_file()):
        path = template.relative_to(folder).as_posix().removesuffix(STORED_AS)
        files[path.replace(PLACEHOLDER, name)] = template.read_text(encoding="utf-8").replace(PLACEHOLDER, name)
    return files
