"""Reading the data, drawing from it, and the mini stand-in."""

import gzip
import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit import data, get_data, mini, treebank
from hw4kit.data import DataMissing, Treebank

REAL_DATA = os.environ.get("HW4_DATA", "")
real_data = pytest.mark.skipif(not REAL_DATA, reason="HW4_DATA names no folder with MNIST and the Treebank")

SENTENCES = [
    ["the", "plot", "is", "the", "plot"],
    ["a", "film"],
    ["silence"],
    ["the", "king", "drinks", "tea", "in", "the", "rain", "."],
]


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data.make_mini(tmp_path_factory.mktemp("mini"))


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, size=(3, 28, 28)).astype(np.uint8)


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


# idx files


@pytest.mark.parametrize("compressed", [True, False], ids=["gzip", "plain"])
def test_images_are_scaled_from_minus_one_to_one(tmp_path: Path, images: np.ndarray, compressed: bool) -> None:
    images[0, 0, :2] = 0, 255
    content = mini.idx_bytes(images)
    name = "mnist/train-images-idx3-ubyte"
    put(tmp_path, f"{name}.gz" if compressed else name, gzip.compress(content) if compressed else content)

    loaded = data.load_mnist(tmp_path)

    assert loaded.shape == (3, 784)
    assert loaded.dtype == np.float32
    assert loaded[0, :2].tolist() == [-1.0, 1.0]
    assert np.array_equal(np.rint((loaded + 1) * 127.5).reshape(images.shape), images)


@pytest.mark.parametrize("shape", [(7,), (2, 3), (2, 3, 4)])
def test_idx_files_of_one_to_three_dimensions_are_read_as_they_were_written(tmp_path: Path, shape: tuple) -> None:
    array = np.random.default_rng(1).integers(0, 256, size=shape).astype(np.uint8)

    assert np.array_equal(data.read_idx(put(tmp_path, "x.gz", gzip.compress(mini.idx_bytes(array)))), array)


HEADER = bytes([0, 0, 8, 3])
DAMAGED_IDX = {
    "empty": (b"", "not an idx file"),
    "a web page": (b"<!DOCTYPE html><html></html>", "not an idx file"),
    "floats": (bytes([0, 0, 13, 3]) + bytes(16), "type 13"),
    "four dimensions": (bytes([0, 0, 8, 4]) + bytes(20), "4 dimensions"),
    "half a header": (HEADER + bytes(6), "inside its header"),
    "nothing inside": (HEADER + bytes(12), "cannot be right"),
    "4 GiB inside": (HEADER + b"\xff" * 12, "cannot be right"),
    "a byte missing": (HEADER + bytes([0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 9, 9, 9]), "holds only 3"),
    "a byte more": (HEADER + bytes([0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 9, 9, 9, 9, 9]), "more than that"),
}


@pytest.mark.parametrize("compressed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize(("content", "words"), DAMAGED_IDX.values(), ids=DAMAGED_IDX)
def test_a_damaged_idx_file_is_told_in_one_line(tmp_path: Path, compressed: bool, content: bytes, words: str) -> None:
    path = put(tmp_path, "x.gz" if compressed else "x", gzip.compress(content) if compressed else content)

    with pytest.raises(ValueError, match=words) as caught:
        data.read_idx(path)

    assert "\n" not in str(caught.value)
    assert "get_datasets.sh" in str(caught.value)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda whole: whole[: len(whole) // 2], "incomplete"),
        (lambda whole: whole[:-1], "incomplete"),
        (lambda whole: whole[:60] + bytes([whole[60] ^ 255]) + whole[61:], "damaged"),
        (lambda whole: whole[:-8] + bytes(8), "damaged"),
        (lambda whole: b"<html>" + whole, "not a gzip file"),
        (lambda whole: whole + b"rest", "damaged"),
    ],
    ids=["half", "all but a byte", "a byte altered", "wrong checksum", "a web page", "bytes behind"],
)
def test_damaged_gzip_data_is_refused_in_one_line(tmp_path: Path, images: np.ndarray, damage, words: str) -> None:
    whole = gzip.compress(mini.idx_bytes(images), mtime=0)

    with pytest.raises(ValueError, match=words) as caught:
        data.read_idx(put(tmp_path, "x.gz", damage(whole)))

    assert "\n" not in str(caught.value)


def test_a_gzip_file_that_unpacks_to_far_more_than_it_states_is_not_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(HEADER + bytes([0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2]) + bytes(50_000_000))

    with pytest.raises(ValueError, match="more than that"):
        data.read_idx(put(tmp_path, "x.gz", bomb))


def test_images_of_another_size_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "mnist/train-images-idx3-ubyte", mini.idx_bytes(np.ones((2, 27, 28), dtype=np.uint8)))

    with pytest.raises(ValueError, match="28 x 28"):
        data.load_mnist(tmp_path)


# Finding


@pytest.mark.parametrize("load", [data.load_mnist, data.load_treebank])
def test_missing_data_is_told_in_one_line_with_the_command_that_gets_it(tmp_path: Path, load, monkeypatch) -> None:
    monkeypatch.delenv("HW4_DATA", raising=False)
    monkeypatch.chdir(tmp_path)

    for folder in (None, tmp_path):
        with pytest.raises(DataMissing) as caught:
            load(folder)

        assert "\n" not in str(caught.value)
        assert "sh datasets/get_datasets.sh" in str(caught.value)


def test_the_named_folder_comes_first_then_the_environment_then_the_known_places(tmp_path: Path, monkeypatch) -> None:
    notebooks = tmp_path / "hw4"
    notebooks.mkdir()
    monkeypatch.chdir(notebooks)
    monkeypatch.delenv("HW4_DATA", raising=False)
    for place in reversed(data.SEARCHED_FOLDERS[:3]):
        path = put(notebooks / place, "sst/datasetSentences.txt", b"")
        assert data.find("sst").resolve() == path.resolve()
    environment = put(tmp_path / "environment", "sst/datasetSentences.txt", b"")
    monkeypatch.setenv("HW4_DATA", str(tmp_path / "environment"))
    assert data.find("sst") == environment
    argument = put(tmp_path / "argument", "sst/datasetSentences.txt", b"")

    assert data.find("sst", tmp_path / "argument") == argument


def test_a_folder_that_is_named_but_lacks_the_data_is_not_replaced_by_another(tmp_path: Path, monkeypatch) -> None:
    put(tmp_path / "data", "sst/datasetSentences.txt", b"")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HW4_DATA", str(tmp_path / "elsewhere"))

    with pytest.raises(DataMissing, match="HW4_DATA"):
        data.find("sst")


# Sentences


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The clichÃ©s of ChÃ¢teau", ["the", "clichés", "of", "château"]),
        ("MollÃ\xa0 , JirÃ\xad", ["mollà", ",", "jirí"]),
        ("8Â\xa01\\/2 \\*\\* HIV\\/AIDS", ["8", "1/2", "**", "hiv/aids"]),
        ("-LRB- A -RRB- mess .", ["(", "a", ")", "mess", "."]),
        ("Â£ and â\x82¬", ["£", "and", "€"]),
        ("café Ã alone", ["café", "ã", "alone"]),
    ],
)
def test_accents_brackets_and_capitals_are_made_plain(text: str, words: list[str]) -> None:
    assert data.words_of(text) == words


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0xFFFF, categories=["L"]), min_size=1))
def test_a_word_that_was_encoded_twice_is_as_good_as_new(word: str) -> None:
    twice = word.encode("utf-8").decode("latin-1")

    assert data.words_of(twice) == [word.lower()]


def test_sentences_are_read_in_their_order(tmp_path: Path) -> None:
    path = put(tmp_path, "s.txt", "sentence_index\tsentence\r\n1\tA film .\r\n2\tNÃ¦s\n\n".encode())

    assert data.read_sentences(path) == [["a", "film", "."], ["næs"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "does not begin"),
        (b"<!DOCTYPE html>\n", "does not begin"),
        (b"sentence_index\tsentence\n", "no sentence"),
        (b"sentence_index\tsentence\n1\tgood\nbad\n", "line 3"),
        (b"sentence_index\tsentence\none\tgood\n", "line 2"),
        (b"sentence_index\tsentence\n1\tcaf\xe9\n", "not UTF-8"),
    ],
)
def test_a_file_of_another_form_is_refused_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        data.read_sentences(put(tmp_path, "s.txt", content))

    assert "\n" not in str(caught.value)


# Drawing


def test_words_are_numbered_by_frequency_then_by_first_appearance() -> None:
    bank = Treebank(SENTENCES)

    assert bank.words[:4] == ["the", "plot", "is", "a"]
    assert bank.counts[:3].tolist() == [4, 2, 1]
    assert bank.tokens == {word: number for number, word in enumerate(bank.words)}
    assert bank.counts.sum() == sum(len(sentence) for sentence in SENTENCES)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=60))
def test_the_alias_table_gives_every_word_its_weight(counts: list[int]) -> None:
    weights = np.array(counts) ** 0.75
    keep, alias = treebank.alias_table(weights)
    chances = (keep + np.bincount(alias, weights=1 - keep, minlength=len(keep))) / len(keep)

    # 1e-9: rounding gathers over the at most 60 steps that fill the table, each about 1e-16 of the total
    assert np.allclose(chances, weights / weights.sum(), rtol=1e-9, atol=1e-12)


def test_words_are_drawn_by_their_frequency_to_the_power_of_three_quarters() -> None:
    bank = Treebank([["common"] * 81 + ["rare"] * 16 + ["single"]])
    drawn = np.bincount(bank.draw_tokens(200_000), minlength=3) / 200_000

    # the standard error is 0.001
    assert np.allclose(drawn, np.array([27, 8, 1]) / 36, atol=0.005)


@given(st.lists(st.integers(0, 40), max_size=6), st.integers(0, 2**32))
def test_drawing_words_one_by_one_or_many_at_once_gives_the_same_stream(sizes: list[int], seed: int) -> None:
    one_by_one, mixed = Treebank(SENTENCES, seed=seed), Treebank(SENTENCES, seed=seed)
    stream: list[int] = []
    for size in sizes:
        stream += [mixed.sampleTokenIdx()]
        stream += mixed.draw_tokens(size).tolist()

    assert stream == [one_by_one.sampleTokenIdx() for _ in stream]


def test_the_stream_of_words_runs_on_where_the_pool_ends() -> None:
    n = treebank.POOL_SIZE + 5
    one_by_one, at_once = Treebank(SENTENCES), Treebank(SENTENCES)

    assert [one_by_one.sampleTokenIdx() for _ in range(n)] == at_once.draw_tokens(n).tolist()


@given(st.lists(st.integers(0, 40), max_size=6), st.integers(1, 7))
def test_drawing_contexts_one_by_one_or_many_at_once_gives_the_same_stream(sizes: list[int], reach: int) -> None:
    one_by_one, mixed = Treebank(SENTENCES, seed=3), Treebank(SENTENCES, seed=3)
    stream: list[tuple[str, list[str]]] = []
    for size in sizes:
        stream += [mixed.getRandomContext(reach)]
        centers, contexts = mixed.draw_contexts(size, reach)
        assert contexts.shape == (size, 2 * reach)
        for center, context in zip(centers, contexts, strict=True):
            stream += [(mixed.words[center], [mixed.words[token] for token in context if token >= 0])]

    assert stream == [one_by_one.getRandomContext(reach) for _ in stream]


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), min_size=1), st.integers(1, 6))
def test_a_context_is_what_surrounds_its_center_and_is_never_empty(sentences: list[list[str]], reach: int) -> None:
    if all(len(sentence) == 1 for sentence in sentences):
        sentences.append(["a", "b"])
    possible = {
        (sentence[place], *sentence[max(0, place - radius) : place], *sentence[place + 1 : place + radius + 1])
        for sentence in sentences
        for place in range(len(sentence))
        for radius in range(1, reach + 1)
    }
    bank = Treebank(sentences)
    for _ in range(50):
        center, context = bank.getRandomContext(reach)

        assert 1 <= len(context) <= 2 * reach
        assert (center, *context) in possible


def test_every_place_and_every_reach_is_equally_likely() -> None:
    sentence = list("abcdefghijk")
    bank = Treebank([sentence])
    centers, contexts = bank.draw_contexts(60_000, 3)
    middle = (contexts >= 0).sum(axis=1)[centers == bank.tokens["f"]]

    # standard errors: 0.0012 and 0.006
    assert np.allclose(np.bincount(centers) / 60_000, 1 / 11, atol=0.006)
    assert np.allclose(np.bincount(middle)[[2, 4, 6]] / len(middle), 1 / 3, atol=0.03)


def test_the_center_stays_in_a_context_where_it_occurs_again() -> None:
    bank = Treebank([["the", "the"]])

    assert bank.getRandomContext(2) == ("the", ["the"])


def test_the_same_seed_gives_the_same_draws_and_another_seed_others() -> None:
    first, second, other = Treebank(SENTENCES, seed=1), Treebank(SENTENCES, seed=1), Treebank(SENTENCES, seed=2)
    drawn = first.draw_tokens(100).tolist()
    first.draw_contexts(10, 2)

    assert second.draw_tokens(100).tolist() == drawn
    assert other.draw_tokens(100).tolist() != drawn
    first.reseed(1)
    assert first.draw_tokens(100).tolist() == drawn


def test_drawing_contexts_leaves_the_stream_of_words_as_it_was() -> None:
    undisturbed, disturbed = Treebank(SENTENCES), Treebank(SENTENCES)
    disturbed.getRandomContext(2)

    assert disturbed.draw_tokens(50).tolist() == undisturbed.draw_tokens(50).tolist()


def test_the_digest_tells_other_sentences_whatever_was_drawn() -> None:
    sentences = [["a", "b", "c"], ["b", "a"], ["c", "a"]]
    treebank = Treebank(sentences)
    before = treebank.digest()
    treebank.sampleTokenIdx()

    assert treebank.digest() == before == Treebank(sentences, seed=9).digest()
    others = ([["a", "b", "c"], ["a", "b"], ["c", "a"]], [["a", "b"], ["c", "b", "a"], ["c", "a"]])
    assert before not in [Treebank(other).digest() for other in others]


def test_sentences_without_any_context_are_refused() -> None:
    with pytest.raises(ValueError, match="no sentence has two words"):
        Treebank([["silence"]])


# The mini stand-in


def test_the_stand_in_is_read_like_the_real_data(stand_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = data.load_mnist(stand_in)
    labels = data.read_idx(stand_in / "mnist/train-labels-idx1-ubyte.gz")
    bank = data.load_treebank(stand_in)

    assert images.shape == (mini.TRAIN_IMAGES, 784)
    assert labels.shape == (mini.TRAIN_IMAGES,)
    assert len(bank.sentences) == mini.SENTENCES
    assert 200 <= len(bank.words) <= 500
    assert capsys.readouterr().out.count("the mini stand-in") == 2


def test_the_stand_in_has_the_split_of_the_treebank(stand_in: Path) -> None:
    heading, *lines = (stand_in / "sst/datasetSplit.txt").read_text().splitlines()

    assert heading == "sentence_index,splitset_label"
    assert [int(line.split(",")[0]) for line in lines] == list(range(1, mini.SENTENCES + 1))
    assert {line.split(",")[1] for line in lines} == {"1", "2", "3"}


def test_the_same_seed_makes_the_same_stand_in(stand_in: Path, tmp_path: Path) -> None:
    data.make_mini(tmp_path)

    for path in stand_in.rglob("*.*"):
        assert (tmp_path / path.relative_to(stand_in)).read_bytes() == path.read_bytes()
    assert not list(tmp_path.rglob("*.part"))


def test_the_drawn_digits_can_be_told_apart(stand_in: Path) -> None:
    """The mean picture of each digit recognises most of the others: shapes, not noise."""
    pixels, labels = data.load_mnist(stand_in), data.read_idx(stand_in / "mnist/train-labels-idx1-ubyte.gz")
    means = np.stack([pixels[:4000][labels[:4000] == digit].mean(axis=0) for digit in range(10)])
    guesses = ((pixels[4000:, None] - means) ** 2).sum(axis=-1).argmin(axis=1)

    # measured: 0.91; the same on MNIST gives 0.82, and guessing 0.1
    assert (guesses == labels[4000:]).mean() > 0.75


def test_the_drawn_digits_have_the_ink_of_real_ones(stand_in: Path) -> None:
    images = data.read_idx(stand_in / "mnist/train-images-idx3-ubyte.gz")

    # MNIST: 0.19 of the points have ink, their mean is 33 of 255
    assert 0.15 < (images > 0).mean() < 0.25
    assert 25 < images.mean() < 42
    assert images[:, [0, -1]].max() == 0, "no digit touches the upper or lower edge"


CLUSTERS = {
    "praise": "good great wonderful brilliant amazing sweet enjoyable cool funny charming",
    "blame": "bad boring dumb annoying dull awful terrible silly tedious",
    "genres": "comedy drama thriller romance documentary western musical",
    "parts": "plot script dialogue acting direction music ending",
    "people": "king queen man woman boy girl father mother",
}


def test_words_of_a_kind_stand_in_the_same_company(stand_in: Path) -> None:
    """The nearest neighbour by company (positive pointwise mutual information) is mostly of the same kind."""
    bank = data.load_treebank(stand_in)
    centers, contexts = bank.draw_contexts(100_000, 3)
    beside = np.zeros((len(bank.words), len(bank.words)))
    rows = np.repeat(centers, contexts.shape[1])
    np.add.at(beside, (rows[contexts.ravel() >= 0], contexts[contexts >= 0]), 1)
    expected = np.outer(beside.sum(axis=1), beside.sum(axis=0)) / beside.sum()
    company = np.log(np.maximum(beside, expected) / expected)
    kinds = {word: kind for kind, words in CLUSTERS.items() for word in words.split()}
    vectors = np.stack([company[bank.tokens[word]] for word in kinds])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    nearest = (vectors @ vectors.T - 2 * np.eye(len(vectors))).argmax(axis=1)
    names = list(kinds)
    right = [kinds[names[neighbour]] == kinds[word] for word, neighbour in zip(names, nearest, strict=True)]

    # measured: 1.0; by chance 0.2
    assert np.mean(right) > 0.9


def test_the_stand_in_never_replaces_other_data(tmp_path: Path) -> None:
    mine = put(tmp_path, "sst/datasetSentences.txt", b"sentence_index\tsentence\n1\tmine\n")

    with pytest.raises(FileExistsError, match="choose another folder"):
        data.make_mini(tmp_path)

    assert mine.read_bytes().endswith(b"mine\n")
    assert not (tmp_path / "mnist").exists()


def test_the_stand_in_replaces_itself_and_completes_what_was_interrupted(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(mini, "_contents", lambda seed: {f"sst/{name}": b"%d" % seed for name in "ab"})
    data.make_mini(tmp_path, seed=1)
    (tmp_path / "sst/b").unlink()

    data.make_mini(tmp_path, seed=2)

    assert [path.read_bytes() for path in sorted(tmp_path.glob("sst/*"))] == [b"2", b"2"]
    assert all(data.is_mini(path) for path in tmp_path.glob("sst/*"))


def test_a_real_file_among_those_of_the_stand_in_is_known_as_real(stand_in: Path, tmp_path: Path) -> None:
    put(tmp_path, "MINI", (stand_in / "MINI").read_bytes())
    path = put(tmp_path, "sst/datasetSentences.txt", b"sentence_index\tsentence\n1\treal\n")

    assert not data.is_mini(path)
    assert data.is_mini(stand_in / "sst/datasetSentences.txt")


def test_the_command_line_says_what_it_made_or_why_not(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(mini, "_contents", lambda seed: {"sst/a": b"small"})

    assert get_data.main(["--mini", "--folder", str(tmp_path)]) == 0
    assert str(tmp_path) in capsys.readouterr().out
    (tmp_path / "sst/a").write_bytes(b"other")
    assert get_data.main(["--mini", "--folder", str(tmp_path)]) == 2
    assert "choose another folder" in capsys.readouterr().err


# The real data


@real_data
def test_mnist_has_sixty_thousand_images_of_black_and_white() -> None:
    images = data.load_mnist(REAL_DATA)

    assert images.shape == (60_000, 784)
    assert images.dtype == np.float32
    assert (images.min(), images.max()) == (-1.0, 1.0)
    assert images.mean() == pytest.approx(2 * 0.1307 - 1, abs=1e-4)  # the mean that everybody divides by


@real_data
@pytest.mark.parametrize(("name", "count"), [("train", 60_000), ("t10k", 10_000)])
def test_mnist_has_all_ten_labels(name: str, count: int) -> None:
    labels = data.read_idx(Path(REAL_DATA, f"mnist/{name}-labels-idx1-ubyte.gz"))

    assert labels.shape == (count,)
    assert set(labels.tolist()) == set(range(10))


@real_data
def test_the_treebank_is_whole_and_nothing_odd_is_left_in_it() -> None:
    bank = data.load_treebank(REAL_DATA)
    letters = Counter(letter for word in bank.words for letter in word if not " " < letter < "\x7f")

    assert len(bank.sentences) == 11_855
    assert len(bank.words) == 19_536
    assert bank.counts.sum() == 227_245
    assert set(letters) == set("àáâãæçèéíïñóôöûü"), "only letters that film reviews use"
    assert not [word for word in bank.words if "\\" in word or "-lrb-" in word or "-rrb-" in word]
    assert {"cliché", "amélie", "(", ")", "writer/director"} <= bank.tokens.keys()


@real_data
def test_the_real_data_is_not_taken_for_the_stand_in(capsys: pytest.CaptureFixture[str]) -> None:
    data.load_treebank(REAL_DATA)

    assert capsys.readouterr().out == ""
