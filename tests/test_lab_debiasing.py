"""Does the lab on bias in word vectors compute what the paper says, and read the files that students may have?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_runs import SOURCE_DIR, LabRun, run_lab
from scipy.optimize import check_grad

sys.path.insert(0, str(SOURCE_DIR))
from hw4kit import bias_files
from hw4kit.data import load_treebank
from hw4kit.labs.analogies import best_analogies
from hw4kit.labs.benchmarks import load_benchmarks
from hw4kit.labs.gender import data_file, gender_rows, load_word_lists, pairs_with_vectors, random_shares
from hw4kit.labs.soft_debiasing import SoftProblem, soft_map, soft_map_by_search, soft_problem
from hw4kit.labs.word_vectors import VectorsDamaged, WordVectors, load_vectors
from hw4kit.mini_vectors import word2vec_bytes, write_vectors
from hw4kit.word2vec_checkpoint import vocabulary_number


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the files of this lab only."""
    room = tmp_path_factory.mktemp("bias")
    for name, content in write_vectors(np.random.default_rng(0)).items():
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        (room / name).write_bytes(content)
    return room


@pytest.fixture(scope="module")
def vectors(folder: Path) -> WordVectors:
    return load_vectors(data_file(bias_files.VECTORS, folder))


@pytest.fixture(scope="module")
def run(folder: Path) -> LabRun:
    """The lab at a small size, on the stand-in for the paper's vectors."""
    return run_lab("debiasing", {"RANDOM_SETS": 20, "SEARCH_STEPS": 300}, folder)


@pytest.fixture(scope="module")
def cells() -> dict[str, str]:
    """Source of the notebook's cells, by id."""
    notebook = nbformat.read(SOURCE_DIR / "labs" / "debiasing.ipynb", as_version=4)
    return {cell.id: cell.source for cell in notebook.cells}


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def small_problem(seed: int, words: int = 60, size: int = 6) -> tuple[SoftProblem, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    W = unit(rng.normal(size=(words, size)))
    is_neutral = rng.random(words) < 0.7
    return soft_problem(W, is_neutral, unit(rng.normal(size=size))), W, is_neutral


def test_the_argument_holds_on_the_stand_in(run: LabRun) -> None:
    """Every step of it, at a size of seconds."""
    assert {key for key, is_so in run.holds.items() if not is_so} == set()
    assert len(run.images) == 5
    assert run.figures["pairs"] == 10
    assert "Traceback" not in run.errors


def test_a_second_run_gives_the_same_figures(run: LabRun, folder: Path) -> None:
    again = run_lab("debiasing", {"RANDOM_SETS": 20, "SEARCH_STEPS": 300}, folder)

    assert again.figures == pytest.approx(run.figures, rel=1e-9, abs=1e-12, nan_ok=True)


def test_a_vocabulary_without_most_words_is_no_obstacle(folder: Path, vectors: WordVectors, tmp_path: Path) -> None:
    """Vectors of a student's own lack pairs, professions and all words of the tests."""
    own = tmp_path / "own.txt"
    lists = load_word_lists(folder)
    gone = {word for pair in lists.definitional_pairs[3:] for word in pair} | set(list(lists.professions)[5:])
    kept = [(word, row) for word, row in zip(vectors.words, vectors.vectors, strict=True) if word not in gone]
    own.write_text("".join(f"{word} {' '.join(f'{x:.5f}' for x in row)}\n" for word, row in kept))

    run = run_lab("debiasing", {"VECTORS_FILE": str(own), "RANDOM_SETS": 5, "LAMBDAS": (0.2, 1e4)}, folder)

    assert run.figures["pairs"] == 3
    assert run.results["usual"] == {}
    assert "ranges of five seeds are not shown" in run.printed


@given(st.integers(0, 10**6))
def test_neutralizing_twice_is_neutralizing_once(cells: dict[str, str], seed: int) -> None:
    names = definitions(cells["hard"])
    rng = np.random.default_rng(seed)
    g, w = unit(rng.normal(size=8)), unit(rng.normal(size=(5, 8)))
    once = names["neutralize"](w, g)

    assert abs(once @ g).max() < 1e-12
    assert np.allclose(np.linalg.norm(once, axis=1), 1)
    assert np.allclose(names["neutralize"](once, g), once, atol=1e-12)


@given(st.integers(0, 10**6))
def test_equalized_words_differ_along_the_direction_only(cells: dict[str, str], seed: int) -> None:
    """And a neutralized word is equally far from both."""
    names = definitions(cells["hard"])
    rng = np.random.default_rng(seed)
    g, w, v = unit(rng.normal(size=8)), unit(rng.normal(size=(5, 8))), unit(rng.normal(size=(5, 8)))
    neutral = names["neutralize"](unit(rng.normal(size=(7, 8))), g)
    first, second = names["equalize"](w, v, g)

    assert np.allclose(np.linalg.norm([first, second], axis=2), 1)
    assert np.allclose(neutral @ first.T, neutral @ second.T, atol=1e-12)
    assert np.allclose(first @ g, -(second @ g), atol=1e-12)
    assert np.array_equal(np.sign(first @ g), np.sign((w - v) @ g))


def definitions(source: str) -> dict:
    """Return the functions of a cell, without what follows them."""
    names = {"np": np}
    exec(source[: source.index("\n\nneutralized =")] if "\n\nneutralized =" in source else source, names)
    return names


@pytest.mark.parametrize("weight", [0.2, 5.0, 1e3])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_soft_map_is_the_optimum(seed: int, weight: float) -> None:
    """A search that starts elsewhere reaches the same value and never a lower one, and there the gradient is 0."""
    problem, _, _ = small_problem(seed)
    T = soft_map(problem, weight)
    found, value = soft_map_by_search(problem, weight, seed, 2000)

    assert np.linalg.norm(problem.gradient(T.T @ T, weight)) < 1e-9 * np.linalg.norm(problem.gradient(0 * T, weight))
    assert value == pytest.approx(problem.value(T.T @ T, weight), rel=1e-6)
    assert problem.value(found.T @ found, weight) == pytest.approx(value, rel=1e-9)
    assert np.allclose(T, T.T)


def test_the_short_objective_is_that_of_the_paper() -> None:
    """Written out over all pairs of words, it has the same value and the gradient that the kit states."""
    problem, W, is_neutral = small_problem(3)
    T = np.eye(6) + 0.3 * np.random.default_rng(4).normal(size=(6, 6))
    X, N, B = T.T @ T, W[is_neutral].T, problem.direction[:, None]
    written_out = np.sum(((T @ W.T).T @ (T @ W.T) - W @ W.T) ** 2) + 2.5 * np.sum(((T @ N).T @ (T @ B)) ** 2)
    symmetric = np.random.default_rng(5).normal(size=(6, 6))
    symmetric += symmetric.T

    def along(t: np.ndarray) -> float:
        return problem.value(X + t[0] * symmetric, 2.5)

    def slope(t: np.ndarray) -> np.ndarray:
        return np.array([(problem.gradient(X + t[0] * symmetric, 2.5) * symmetric).sum()])

    assert problem.value(X, 2.5) == pytest.approx(written_out)
    assert check_grad(along, slope, np.array([0.1])) < 1e-3


def test_words_that_span_too_little_are_refused() -> None:
    with pytest.raises(ValueError, match="do not span their 9 dimensions"):
        small_problem(0, words=7, size=9)


def test_analogies_are_those_of_a_plain_search(vectors: WordVectors) -> None:
    """Over all pairs of words, with the paper's threshold, each word once on each side."""
    V = vectors.vectors[:60].astype(np.float64)
    a, b = vectors.index["she"], vectors.index["he"]
    scored = []
    for x in range(60):
        for y in range(60):
            apart = V[x] - V[y]
            if x != y and np.linalg.norm(apart) <= 1:
                scored.append(((V[a] - V[b]) @ apart / np.linalg.norm(V[a] - V[b]) / np.linalg.norm(apart), x, y))
    expected: list[tuple[int, int]] = []
    for score, x, y in sorted(scored, reverse=True):
        if score > 1e-3 and x not in [p[0] for p in expected] and y not in [p[1] for p in expected]:
            expected.append((x, y))

    assert best_analogies(V, (a, b), 1.0, 20).tolist() == [list(pair) for pair in expected[:20]]


def test_the_tests_leave_out_what_has_no_vector(folder: Path, vectors: WordVectors) -> None:
    benchmarks = load_benchmarks(vectors, folder)
    turned = vectors.vectors @ np.linalg.qr(np.random.default_rng(0).normal(size=(40, 40)))[0]

    assert benchmarks.coverage("RG") == 0.9
    assert benchmarks.coverage("MSR") == pytest.approx(2 / 3)
    assert benchmarks.scores(turned) == pytest.approx(benchmarks.scores(vectors.vectors), abs=1e-3)


def test_random_pairs_share_less_than_the_ten(folder: Path, vectors: WordVectors) -> None:
    rows = pairs_with_vectors(vectors, load_word_lists(folder))
    differences = vectors.vectors[rows[:, 0]] - vectors.vectors[rows[:, 1]]
    sizes = np.linalg.svd(differences, compute_uv=False) ** 2
    drawn = random_shares(vectors.vectors, 10, 30, seed=1)

    assert drawn.shape == (30, 10)
    assert np.allclose(drawn.sum(axis=1), 1)
    assert sizes[0] / sizes.sum() > drawn[:, 0].max()


def test_the_lists_may_be_in_one_file_or_in_four(folder: Path, tmp_path: Path) -> None:
    lists = json.loads((folder / bias_files.WORD_LISTS).read_text())["gender"]
    for key, name in bias_files.SEPARATE_LISTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(lists[key]))

    assert load_word_lists(tmp_path) == load_word_lists(folder)


def test_missing_files_are_named_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"bolukbasi\.json is not in .*get_data --labs"):
        load_word_lists(tmp_path)


def test_the_data_script_gets_every_file_of_the_lab(course_dir: Path) -> None:
    manifest = (course_dir / "datasets" / "manifest.toml").read_text(encoding="utf-8")

    for name in (bias_files.VECTORS, bias_files.WORD_LISTS, *bias_files.SIMILARITIES.values(), bias_files.ANALOGIES):
        assert f'path = "{name}"' in manifest


# Files of vectors


WORDS = {"she": [1.0, 2.0, 2.0], "naïve": [0.5, 0.0, -1.0], "he": [3.0, 0.0, 4.0]}


def text_of(words: dict[str, list[float]]) -> bytes:
    return "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in words.items()).encode()


FORMATS = {
    "binary": word2vec_bytes({word: np.array(row) for word, row in WORDS.items()}),
    "binary with line ends": b"3 3\n"
    + b"".join(word.encode() + b" " + np.array(row, "<f4").tobytes() + b"\n" for word, row in WORDS.items()),
    "text": b"3 3\n" + text_of(WORDS),
    "GloVe": text_of(WORDS),
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same_vectors(tmp_path: Path, form: str) -> None:
    (tmp_path / "vectors").write_bytes(FORMATS[form])
    read = load_vectors(tmp_path / "vectors")

    assert read.words == tuple(WORDS)
    assert np.allclose(read.vectors, unit(np.array(list(WORDS.values()))), atol=1e-6)
    assert read.rows([("she", "he"), ("She", "HE"), ("she", "nobody"), ("he", "he")]).tolist() == [[0, 2]]


def test_a_word_of_glove_may_hold_a_blank(tmp_path: Path) -> None:
    (tmp_path / "vectors").write_bytes(b"the 1 2 3\n. . 4 5 6\n")

    assert load_vectors(tmp_path / "vectors").words == ("the", ". .")


DAMAGED = {
    "empty": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "cut": FORMATS["binary"][:-5],
    "cut text": b"4 3\n" + text_of(WORDS),
    "a number too few": text_of(WORDS) + b"man 1 2\n",
    "no number": text_of(WORDS) + b"man 1 2 x\n",
    "not finite": text_of({**WORDS, "man": [1.0, float("nan"), 0.0]}),
    "all zero": text_of({"she": [0.0, 0.0], "he": [0.0, 0.0]}),
    "absurd sizes": b"99999999999 99999999999\nshe 1 2\n",
    "more words than bytes": b"99999999 3\nshe \0\0",
    "a word without an end": b"2 3\n" + b"x" * 5000,
    "a broken archive": b"PK\x03\x04" + bytes(100),
    "prose": b"These are no vectors at all.\n",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_named_in_one_sentence(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "vectors"
    path.write_bytes(DAMAGED[damage])

    with pytest.raises(VectorsDamaged) as refusal:
        load_vectors(path)
    assert str(refusal.value).startswith(f"{path} ")
    assert "\n" not in str(refusal.value)


@given(st.binary(max_size=300), st.sampled_from(["", "2 3\n", "1 1\n"]))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes, head: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(head.encode() + content)
    try:
        read = load_vectors(path)
    except VectorsDamaged:
        return

    assert np.isfinite(read.vectors).all()
    assert len(read.words) == len(read.vectors) > 0


def test_the_vectors_of_part_ii_are_read_with_the_words_of_its_treebank(lab_data: Path, tmp_path: Path) -> None:
    treebank = load_treebank(lab_data)
    rng = np.random.default_rng(0)
    inputs, outputs = rng.normal(size=(2, len(treebank.words), 5))
    path = tmp_path / "word2vec_checkpoint.npz"
    np.savez(path, identity=np.array([7, vocabulary_number(treebank)]), inputs=inputs, outputs=outputs)
    read = load_vectors(path, lab_data)

    assert read.words == tuple(treebank.words)
    assert read.vectors.shape == (len(treebank.words), 10)

    np.savez(path, identity=np.array([7, 1]), inputs=inputs, outputs=outputs)
    with pytest.raises(VectorsDamaged, match="trained on other sentences"):
        load_vectors(path, lab_data)


def test_gender_words_are_not_neutral(folder: Path, vectors: WordVectors) -> None:
    is_gender = gender_rows(vectors, load_word_lists(folder))

    assert is_gender[vectors.index["she"]]
    assert not is_gender[vectors.index["surgeon"]]
