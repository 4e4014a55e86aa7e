"""The lab on CBOW: its windows, its two models, and the whole notebook at a small size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_runs import run_lab

tf = pytest.importorskip("tensorflow")

from hw4kit.labs import word_models  # noqa: E402
from hw4kit.labs.rare_twins import twin_name, with_twins  # noqa: E402
from hw4kit.labs.window_draws import NOBODY, center_predictions, context_predictions, windows_of_pass  # noqa: E402
from hw4kit.labs.word_comparison import length_of_rare, medians_by_count  # noqa: E402
from hw4kit.labs.word_models import Sizes, WordModel, train, updates_at  # noqa: E402
from hw4kit.treebank import Treebank  # noqa: E402

SMALL = Sizes(dimensions=4, window=2, negatives=3, passes=2, seed=3)
SENTENCES = st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=9), min_size=1, max_size=9).filter(
    lambda sentences: max(map(len, sentences)) > 1 and len({word for sentence in sentences for word in sentence}) > 1
)


def treebank() -> Treebank:
    """Some text in which a few words are frequent and others are rare."""
    rng = np.random.default_rng(0)
    words = [f"w{number}" for number in range(40)]
    chances = 1.0 / np.arange(1, 41)
    chances /= chances.sum()
    return Treebank([rng.choice(words, size=rng.integers(1, 12), p=chances).tolist() for _ in range(120)], seed=1)


def loss(h: Any, u_o: Any, u_k: Any) -> Any:
    """A loss with simple gradients: h . u_o - sum of h . u_k."""
    return tf.reduce_sum(h * u_o, axis=1) - tf.reduce_sum(h[:, None] * u_k, axis=(1, 2))


def divided(gradient: Any, number: Any) -> Any:
    return gradient / number


def undivided(gradient: Any, number: Any) -> Any:
    return gradient


@settings(max_examples=50, deadline=None)
@given(sentences=SENTENCES, window=st.integers(1, 4), seed=st.integers(0, 99))
def test_each_place_is_the_center_of_one_window_of_its_sentence(
    sentences: list[list[str]], window: int, seed: int
) -> None:
    """A sentence of one word has no window, and no window is empty or wider than 2C."""
    text = Treebank(sentences)
    windows = windows_of_pass(text, window, np.random.default_rng(seed))

    places = [word for sentence in sentences if len(sentence) > 1 for word in sentence]
    assert Counter(windows.centers.tolist()) == Counter(text.tokens[word] for word in places)
    assert windows.contexts.shape == (len(places), 2 * window)
    around = {
        (word, tuple(sentence[max(0, n - reach) : n]), tuple(sentence[n + 1 : n + 1 + reach]))
        for sentence in sentences
        for n, word in enumerate(sentence)
        for reach in range(1, window + 1)
    }
    for center, row in zip(windows.centers, windows.contexts, strict=True):
        left, right = (tuple(text.words[i] for i in part if i != NOBODY) for part in np.split(row, 2))
        assert (text.words[center], left, right) in around
        assert left or right


def test_skipgram_predicts_each_word_of_a_context_and_cbow_the_center() -> None:
    """The negative samples never hold the word that is to be predicted."""
    text = treebank()
    windows = windows_of_pass(text, 2, np.random.default_rng(0))
    each, whole = context_predictions(windows, text, 5), center_predictions(windows, text, 5)

    assert len(whole) == len(windows.centers)
    assert len(each) == (windows.contexts != NOBODY).sum()
    pairs = [(c, w) for c, row in zip(windows.centers, windows.contexts, strict=True) for w in row if w != NOBODY]
    assert list(zip(each.inputs[:, 0], each.targets, strict=True)) == pairs
    assert (whole.inputs == windows.contexts).all()
    assert (whole.targets == windows.centers).all()
    for made in (each, whole):
        assert made.negatives.shape == (len(made), 5)
        assert (made.negatives != made.targets[:, None]).all()
        assert set(made.negatives.ravel().tolist()) <= set(range(len(text.words)))


def test_negative_samples_are_never_the_target_though_it_is_the_most_frequent_word() -> None:
    text = Treebank([["a"] * 50 + ["b"]], seed=1)
    made = center_predictions(windows_of_pass(text, 2, np.random.default_rng(0)), text, 20)

    assert (made.negatives == (made.targets[:, None] == 0)).all()


@pytest.mark.parametrize("share", [divided, undivided])
def test_the_context_words_get_their_share_of_the_gradient(share: Callable[[Any, Any], Any]) -> None:
    """Against a plain loop over the windows, with a loss whose gradient of h is u_o - sum of u_k."""
    text, rng = treebank(), np.random.default_rng(5)
    inputs, outputs = rng.normal(size=(2, len(text.words), 4))
    kept = Kept(center_predictions)
    made = updates_at(WordModel(kept, share), loss, text, SMALL, (inputs, outputs))

    expected = np.zeros_like(inputs)
    predictions = kept.made[0]
    for words, target, negatives in zip(predictions.inputs, predictions.targets, predictions.negatives, strict=True):
        present = words[words != NOBODY]
        gradient = outputs[target] - outputs[negatives].sum(axis=0)
        np.add.at(expected, present, gradient / len(present) if share is divided else gradient)
    np.testing.assert_allclose(made, expected, atol=1e-3)  # float32 sums of up to a thousand terms near 1


class Kept:
    """Makes predictions and keeps them."""

    def __init__(self, make: Callable[[Any, Any, int], Any]) -> None:
        self._make = make
        self.made: list[Any] = []

    def __call__(self, windows: Any, text: Any, negatives: int) -> Any:
        self.made.append(self._make(windows, text, negatives))
        return self.made[-1]


def test_training_is_gradient_descent_with_a_step_that_falls_to_0() -> None:
    """Against a plain loop in NumPy, batch by batch; words that repeat in a batch get all their gradients."""
    text = treebank()
    kept = Kept(context_predictions)
    trained = train(WordModel(kept, undivided), loss, text, SMALL, 0.01)

    inputs, outputs = (array.astype(np.float64) for array in (trained.inputs[0], trained.outputs[0]))
    for number, made in enumerate(kept.made):
        steps = len(made) // 16  # of a small vocabulary
        for step in range(steps):
            rate = 0.01 * (2 - number - step / steps) / 2
            chosen = slice(16 * step, 16 * step + 16)
            words, targets, negatives = made.inputs[chosen, 0], made.targets[chosen], made.negatives[chosen]
            h, of_h = inputs[words], outputs[targets] - outputs[negatives].sum(axis=1)
            np.subtract.at(inputs, words, rate * of_h)
            np.subtract.at(outputs, targets, rate * h)
            np.subtract.at(outputs, negatives, -rate * h[:, None])
        np.testing.assert_allclose(trained.inputs[number + 1], inputs, atol=1e-5)  # seen: 2e-7
        np.testing.assert_allclose(trained.outputs[number + 1], outputs, atol=1e-5)
    assert len(trained.inputs) == len(trained.outputs) == SMALL.passes + 1
    assert trained.predictions == np.mean([len(made) for made in kept.made])


def test_the_same_seed_gives_the_same_vectors() -> None:
    text = treebank()
    model = WordModel(center_predictions, divided)
    first, second = (train(model, loss, text, SMALL, 0.01) for _ in range(2))

    np.testing.assert_array_equal(first.inputs, second.inputs)
    np.testing.assert_array_equal(first.outputs, second.outputs)


def test_a_step_size_that_is_too_large_ends_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="choose a smaller one"):
        train(WordModel(center_predictions, undivided), loss, treebank(), SMALL, 1e20)


def text_with_common_words() -> Treebank:
    rng = np.random.default_rng(0)
    return Treebank([rng.choice(list("abcdefghijkl"), size=20).tolist() for _ in range(60)], seed=0)


def test_twins_are_renamed_occurrences() -> None:
    """Only names change, each twin occurs as often as it says, and all words of that frequency have twins."""
    text = text_with_common_words()
    twins = with_twins(text, (1, 2, 4), 60, seed=5)

    assert twins.words == text.words
    for word in twins.words:
        times = [int(twins.treebank.counts[twins.treebank.tokens[twin_name(word, n)]]) for n in (1, 2, 4)]
        assert times == [1, 2, 4]
    without = [[word.split("*")[0] for word in sentence] for sentence in twins.treebank.sentences]
    assert without == text.sentences


def test_text_without_common_words_has_no_twins() -> None:
    with pytest.raises(ValueError, match="make that number smaller"):
        with_twins(text_with_common_words(), (1, 2, 4), 1000, seed=0)
    with pytest.raises(ValueError, match="at least 47"):
        with_twins(text_with_common_words(), (1, 2, 4), 46, seed=0)


def test_a_twin_is_found_where_its_word_is_among_the_nearest() -> None:
    """All are found if twins have the vectors of their words, and none if these are the opposite."""
    twins = with_twins(text_with_common_words(), (1, 2), 60, seed=5)
    tokens = twins.treebank.tokens
    vectors = np.random.default_rng(1).normal(size=(len(tokens), 30))
    for word in twins.words:
        vectors[tokens[twin_name(word, 1)]] = vectors[tokens[word]]
    common = vectors[[tokens[word] for word in twins.words]].mean(axis=0)
    for word in twins.words:
        vectors[tokens[twin_name(word, 2)]] = 2 * common - vectors[tokens[word]]

    assert twins.found(vectors) == [1.0, 0.0]
    assert twins.chance == pytest.approx(10 / 12)


def test_trains_without_xla_where_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in TensorFlow's builds for Windows; the vectors are the same but for rounding."""
    text, model, steps = treebank(), WordModel(center_predictions, divided), word_models._steps

    def without_xla(model: Any, loss: Any, *, with_xla: bool) -> Any:
        def missing(*arguments: Any) -> None:
            raise tf.errors.UnimplementedError(None, None, "there is no XLA")

        return missing if with_xla else steps(model, loss, with_xla=False)

    usual = train(model, loss, text, SMALL, 0.1)
    monkeypatch.setattr(word_models, "_steps", without_xla)
    slow = train(model, loss, text, SMALL, 0.1)

    np.testing.assert_allclose(slow.inputs[-1], usual.inputs[-1], atol=1e-5)  # float32
    np.testing.assert_allclose(slow.losses, usual.losses, rtol=1e-4)


def test_medians_are_of_words_of_about_equal_frequency() -> None:
    """A group of fewer than five words is not drawn."""
    counts = np.array([3000, *[7] * 5, *[1] * 6])
    lengths = np.array([9.0, *range(5), *[0.5] * 6])

    assert medians_by_count(lengths, counts) == ([1.0, 7.0], [0.5, 2.0])
    assert length_of_rare(lengths, counts) == 0.5
    assert length_of_rare(lengths[:6], counts[:6]) == 2.0


@pytest.fixture(scope="module")
def small_run(lab_data: Path) -> Any:
    return run_lab("cbow", {"PASSES": 2, "TWINS": (1, 8), "TWINS_OF": 300}, lab_data)


def test_the_lab_runs_on_the_mini_stand_in(small_run: Any) -> None:
    """With two pictures and the whole table, no ranges, and nothing on the standard error but the bars."""
    assert len(small_run.images) == 2
    assert small_run.results["usual"] == {}
    assert all(np.isfinite(list(small_run.figures.values())))
    assert "Traceback" not in small_run.errors


def test_the_rule_of_the_update_shows_at_any_size(small_run: Any) -> None:
    """What holds on the mini stand-in, too: the division by the number of words, and what it is without."""
    assert small_run.holds["rule"]
    assert small_run.holds["undivided"]
    assert 1 < small_run.figures["predictions"] <= 6
