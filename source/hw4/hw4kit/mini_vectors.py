"""Make word vectors with a planted gender direction, and the lists of words that the lab on bias reads.

Which profession leans to which side is drawn by lot, so that this says nothing about any of them.
"""

import json

import numpy as np

from .bias_files import ANALOGIES, SIMILARITIES, VECTORS, WORD_LISTS

SIZE = 40  # of a vector
GENDER = 0.45  # how far each word of a pair is from the middle of its pair, along the gender direction
LEAN = 0.16  # the same for professions, as a standard deviation
NOISE = 0.45  # length of what only one word has
PAIRS = (
    "she he | her his | woman man | Mary John | herself himself | daughter son | mother father | gal guy | girl boy"
    " | female male"
)
EQUALIZED = (
    "queen king | sister brother | aunt uncle | grandmother grandfather | wife husband | princess prince | niece nephew"
    " | daughters sons | mothers fathers | girls boys | women men | ladies gentlemen | aunts uncles | sisters brothers"
)
PROFESSIONS = (
    "baker cook waiter butcher brewer farmer gardener fisherman | surgeon nurse dentist pharmacist therapist vet doctor"
    " midwife | teacher librarian scholar tutor professor lecturer headmaster student | singer dancer painter sculptor"
    " violinist drummer composer poet | lawyer judge clerk notary accountant banker broker secretary | builder plumber"
    " carpenter electrician mason architect roofer welder | pilot driver sailor conductor courier mechanic guide porter"
    " | programmer engineer chemist physicist biologist astronomer statistician mathematician"
)
TOPICS = (
    "rain snow hail wind storm fog frost thunder | coffee tea wine milk cocoa beer juice water | city village castle"
    " school station garden hotel harbor | table chair lamp bed shelf desk mirror carpet | bread cheese butter apple"
    " onion pepper honey rice | dog cat horse cow sheep goat rabbit duck | river lake sea hill valley forest desert"
    " island | drum violin flute piano trumpet harp cello organ"
)
ADJECTIVES = "warm cold fast slow tall small loud quiet soft hard dark light deep young old rich poor sweet"


def write_vectors(rng: np.random.Generator) -> dict[str, bytes]:
    """Return the files that `bias_files` names, by their names below the data folder."""
    gender = _unit(rng.normal(size=SIZE))
    vectors: dict[str, np.ndarray] = {}
    pairs, equalized = _groups(PAIRS), _groups(EQUALIZED)
    for female, male in [*pairs, *equalized]:
        middle = _plain(rng, gender)
        vectors[female] = middle - GENDER * gender + NOISE * _plain(rng, gender)
        vectors[male] = middle + GENDER * gender + NOISE * _plain(rng, gender)
    professions = []
    for group in _groups(PROFESSIONS):
        middle = _plain(rng, gender)
        for word, lean in zip(group, rng.normal(scale=LEAN, size=len(group)), strict=True):
            vectors[word] = middle + lean * gender + NOISE * _plain(rng, gender)
            professions.append([word, 0.0, round(float(np.clip(2 * lean + rng.normal(scale=0.2), -1, 1)), 1)])
    for group in _groups(TOPICS):
        middle = _plain(rng, gender)
        vectors |= {word: middle + NOISE * rng.normal(size=SIZE) / np.sqrt(SIZE) for word in group}
    more, most = 0.7 * _plain(rng, gender), 0.7 * _plain(rng, gender)
    for word in ADJECTIVES.split():
        middle = _plain(rng, gender)
        for form, shift in ((word, 0), (f"{word}er", more), (f"{word}est", most)):
            vectors[form] = middle + shift + 0.3 * _plain(rng, gender)
    vectors = {word: _unit(vector) for word, vector in vectors.items()}
    lists = {
        "definitional_pairs": pairs,
        "equalize_pairs": [*pairs, *equalized],
        "professions": professions,
        "specific_full": [word for pair in [*pairs, *equalized] for word in pair],
    }
    return {
        VECTORS: word2vec_bytes(vectors),
        WORD_LISTS: json.dumps({"gender": lists}).encode(),
        SIMILARITIES["RG"]: _similarities(vectors, 40, rng),
        SIMILARITIES["WS"]: b"# pairs of words, and how alike they are\n" + _similarities(vectors, 120, rng),
        ANALOGIES: _analogies(),
    }


def word2vec_bytes(vectors: dict[str, np.ndarray]) -> bytes:
    """Return the vectors in word2vec's binary format: a line with their number and size, then words and float32s."""
    size = len(next(iter(vectors.values())))
    parts = [f"{len(vectors)} {size}\n".encode()]
    for word, vector in vectors.items():
        parts += [f"{word} ".encode(), vector.astype("<f4").tobytes()]
    return b"".join(parts)


def _similarities(vectors: dict[str, np.ndarray], count: int, rng: np.random.Generator) -> bytes:
    """Return pairs of neutral words with invented judgements that follow the cosines; a tenth of them is unknown."""
    topics = [word for group in _groups(TOPICS) for word in group]
    lines = []
    for number in range(count):
        first, second = rng.choice(topics, size=2, replace=False)
        judged = np.clip(5 + 5 * vectors[first] @ vectors[second] + rng.normal(scale=0.8), 0, 10)
        lines.append(f"{first}\t{second if number % 10 else second + 'ish'}\t{judged:.2f}\n")
    return "".join(lines).encode()


def _analogies() -> bytes:
    """Return questions on the forms of adjectives; those with a form that has no vector are among them."""
    words = ADJECTIVES.split()
    lines = [": all\n"]
    for number, word in enumerate(words):
        other = words[(number + 5) % len(words)]
        for ending in ("er", "est", "ish"):
            lines += [
                f"{word} {word}{ending} {other} {other}{ending}\n",
                f"{word}{ending} {word} {other}{ending} {other}\n",
            ]
    return "".join(lines).encode()


def _groups(text: str) -> list[list[str]]:
    return [group.split() for group in text.split("|")]


def _plain(rng: np.random.Generator, gender: np.ndarray) -> np.ndarray:
    """Return a random vector of length 1 without a gender component."""
    vector = rng.normal(size=SIZE)
    return _unit(vector - vector @ gender * gender)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
