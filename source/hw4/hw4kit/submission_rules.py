"""What a submission has to be: names, sizes and limits. `hw4kit.submit` says all of it before the grader does.

The grader has rules of its own, for what reaches it in other shapes; a test keeps both in step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MUST, HINT = "must", "hint"

# The function of each item, by notebook: the grader looks for these names.
FUNCTIONS = {
    "hw4_partI": {
        "leaky_relu": "leaky_relu",
        "sample_noise": "sample_noise",
        "discriminator": "discriminator",
        "generator": "generator",
        "discriminator_loss": "discriminator_loss",
        "generator_loss": "generator_loss",
        "get_solvers": "get_solvers",
    },
    "hw4_partII": {
        "softmaxCostAndGradient": "softmaxCostAndGradient",
        "negSamplingCostAndGradient": "negSamplingCostAndGradient",
        "skipgram": "skipgram",
        "word_vectors": "run_time_minutes",
    },
}
NOTEBOOKS = tuple(FUNCTIONS)
WRITTEN = {"hw4_partII": ("plot_reading",)}  # questions that are answered in a notebook
ITEMS = {  # of each sheet
    "adversarial": ("attacks", "defenses"),
    "derivations": ("grad_softmax_u", "grad_neg_v", "grad_neg_u", "neg_efficiency"),
    "cbow": ("cbow_structure", "cbow_rare_words"),
    "debiasing": ("debias_subspace", "debias_methods"),
}
SHEETS = tuple(ITEMS)
PLOT, DERIVATION = "word_vectors.png", "derivation.pdf"
SKIPPED_TAGS = frozenset({"training", "try"})  # cells that the grader does not run

MAX_BYTES = {  # by kind of file
    "notebook": 32 * 2**20,
    "sheet": 2**18,
    "plot": 16 * 2**20,
    "derivation": 32 * 2**20,
}
MAX_RATIO = 700  # of a file to the same packed, from which the grader takes it for a zip bomb
RATIO_FREE_BYTES = 4 * 2**20  # below this size it does not
MAX_PAGES = 20  # of the derivation that a marker is shown
MAX_CELLS = 5_000
MAX_CONTAINERS = 1_000_000  # "[" and "{" in the file of a notebook
MAX_VALUES = 2_000_000  # "," in it
LONGEST_MINUTES = 2 * 24 * 60  # of training
FEWEST_POINTS = 200  # width and height of the plot
INK_SHARE = (0.002, 0.5)  # of the plot's points, those that are not background

MAX_ID = 32
ANDREW_ID = re.compile(r"[a-z](?:[a-z0-9.-]*[a-z0-9])?")
# Words that say nothing of who sent a file: the grader would not take them for an id.
NO_IDS = frozenset(
    "hw homework assignment assignments submit submitted submission submissions attachment attachments upload uploads"
    " file files folder archive download downloads desktop documents solution solutions code answers release untitled"
    " temp tmp zip notebook notebooks project final copy my new".split()
)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: "must" if it costs points or is refused, "hint" otherwise; the text says what to do."""

    mark: str
    where: str
    text: str

    def __str__(self) -> str:
        """Return it as one line."""
        return " ".join(f"{self.mark}  {self.where}: {self.text}".split("\n"))


def kind_of(name: str) -> str:
    """Return the kind of file, a key of MAX_BYTES, that a name of `names_asked_for` is."""
    endings = {".ipynb": "notebook", ".md": "sheet", ".png": "plot", ".pdf": "derivation"}
    return endings[name[name.rindex(".") :]]


def names_asked_for() -> list[str]:
    """Return what has to be handed in, named as in the folder that students work in."""
    return [*(f"{name}.ipynb" for name in NOTEBOOKS), PLOT, *(f"answers/{name}.md" for name in SHEETS)]


def archive_name(andrew_id: str) -> str:
    """Return the name of the zip without its ending; the folder inside has the same."""
    return f"{andrew_id}_HW4"


def packed_name(name: str, andrew_id: str) -> str:
    """Return what a file of the working folder is called in the zip."""
    return f"{archive_name(andrew_id)}/" + (name if name.startswith("answers/") else f"{andrew_id}_{name}")


def wrong_with_id(andrew_id: str) -> str:
    """Return why an Andrew ID cannot be one, in a sentence that says what to type; nothing if it can."""
    if "@" in andrew_id:
        return "Type the Andrew ID alone, without @ and what follows."
    if not ANDREW_ID.fullmatch(andrew_id.lower()) or len(andrew_id) > MAX_ID:
        return f"{andrew_id!r} is no Andrew ID: it begins with a letter and has letters and digits only."
    words = re.findall(r"[a-z]+", andrew_id.lower())
    if all(word in NO_IDS for word in words) or re.search(r"(?:hw|homework)[.-]?\d", andrew_id.lower()):
        return f"{andrew_id!r} does not say who you are: type your own Andrew ID."
    return ""


def listed(names: list[str], most: int = 6) -> str:
    """Return names as a text, cut to so many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
