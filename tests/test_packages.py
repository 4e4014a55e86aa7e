"""May a student's code import what students import out of habit, and is it of use there?"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.assignments.hw4 import automatic_differentiation
from autograder.course.asked import asked_for
from autograder.handin.cell_plan import Cell
from autograder.model.assignment import Assignment
from autograder.model.packages import OFFERED
from autograder.session.launcher import Zygote
from autograder.session.student import Student

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
IMPORTS = """
def imports(names):
    import importlib
    failed = []
    for name in names:
        try:
            importlib.import_module(name)
        except Exception as error:
            failed.append(f"{name}: {error!r}")
    return failed
"""
# A line for each package: what a notebook does with it after training. All of it needs threads, files or a font.
USES = {
    "scipy": """
from scipy import linalg, optimize, special, spatial, stats
a = np.random.default_rng(0).normal(size=(300, 300))
assert np.allclose(linalg.inv(a) @ a, np.eye(300), atol=1e-6)
assert abs(optimize.minimize(lambda x: (x - 2) @ (x - 2), np.zeros(3)).x - 2).max() < 1e-3
assert abs(special.softmax([0.0, 0.0])[0] - 0.5) < 1e-9
""",
    "pandas": """
import pandas as pd
frame = pd.DataFrame({"part": ["a", "b", "a"], "loss": [1.0, 2.0, 3.0]})
assert frame.groupby("part")["loss"].mean()["a"] == 2.0
frame.to_csv("losses.csv")
assert len(pd.read_csv("losses.csv")) == 3
""",
    "sklearn": """
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
a = np.random.default_rng(0).normal(size=(60, 10))
assert PCA(2).fit_transform(a).shape == (60, 2)
assert TSNE(2, perplexity=5, max_iter=250, n_jobs=-1).fit_transform(a).shape == (60, 2)
assert len(KMeans(3, n_init=1).fit(a).labels_) == 60
""",
    "joblib": """
import joblib
assert joblib.Parallel(n_jobs=2, prefer="threads")(joblib.delayed(abs)(-n) for n in range(5)) == [0, 1, 2, 3, 4]
joblib.dump([1, 2], "kept.joblib")
assert joblib.load("kept.joblib") == [1, 2]
assert joblib.Parallel(n_jobs=-1)(joblib.delayed(abs)(-n) for n in range(5)) == [0, 1, 2, 3, 4]
""",
    "seaborn": """
import matplotlib.pyplot as plt
import seaborn as sns
sns.set_theme()
sns.lineplot(x=[1, 2, 3], y=[3.0, 2.0, 1.0])
plt.savefig("losses.png")
""",
    "imageio": """
import imageio
imageio.mimsave("digits.gif", [np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)])
assert len(imageio.mimread("digits.gif")) == 2
""",
    "PIL": """
from PIL import Image
Image.fromarray(np.zeros((28, 28), np.uint8)).resize((56, 56)).save("digit.jpg")
""",
    "tqdm": """
from tqdm.auto import tqdm
assert sum(tqdm(range(4))) == 6
""",
    "ipywidgets": """
import ipywidgets
from IPython.display import display
display(ipywidgets.IntProgress(value=3))
""",
}


@pytest.fixture(scope="module")
def offered(assignment: Assignment) -> list[str]:
    """What a student may import in this homework."""
    return list(asked_for(assignment).packages)


def test_all_that_is_offered_can_be_imported_in_a_confined_process(zygote: Zygote, offered: list[str]) -> None:
    """There is no network, the home folder is empty, and only the scratch folder can be written."""
    with Student(zygote, [Cell("one", IMPORTS)]) as student:
        assert student.call("imports", offered) == []


@pytest.mark.parametrize("name", USES)
def test_a_package_is_of_use_in_a_confined_process(zygote: Zygote, name: str) -> None:
    """Threads, files of its own and pictures work, within the limits of a cell."""
    with Student(zygote, [Cell("one", f"import numpy as np\n{USES[name]}")]) as student:
        assert student.defined(["np"]) == {"np"}
        assert [outcome.text for outcome in student.outcomes] == []


def test_the_kit_asks_for_all_that_it_offers(assignment: Assignment, offered: list[str]) -> None:
    """A package is there because a requirement brings it, not because somebody installed it once."""
    providers = metadata.packages_distributions()
    required = required_by("autograder")

    assert [name for name in offered if not required & {*map(canonicalize_name, providers.get(name, []))}] == []
    assert {*OFFERED, *assignment.libraries} == set(offered)


def test_nothing_that_differentiates_is_installed_with_the_kit() -> None:
    """Such a library would do the part of the homework that is derived on paper."""
    locked = {name.lower() for name in re.findall(r"^([\w-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)}

    assert len(locked) > 100
    assert locked & automatic_differentiation.LIBRARIES == set()
    assert automatic_differentiation.LIBRARIES & set(OFFERED) == set()


def required_by(distribution: str) -> set[str]:
    """Return the names of all that it requires on this machine, without its extras."""
    found: set[str] = set()
    waiting = [distribution]
    while waiting:
        for text in metadata.requires(waiting.pop()) or []:
            requirement = Requirement(text)
            name = canonicalize_name(requirement.name)
            if name not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
                found.add(name)
                waiting.append(name)
    return found
