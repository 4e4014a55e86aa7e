"""Training word vectors with a student's functions, the gradient check, and the pictures."""

import functools
import os
import re
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from waiting import DEADLINE_S

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit import progress_bar, word2vec_training, word2vec_trial, word_plots
from hw4kit.data import Treebank, load_treebank
from hw4kit.gradcheck import gradcheck_naive
from hw4kit.word2vec_draws import number_within
from hw4kit.word2vec_training import HANDOUT, CannotTrain, Settings, run_digest, start_vectors, train_word2vec
from hw4kit.word2vec_trial import TRIAL_EXAMPLES

SOURCE_DIR = Path(__file__).resolve().parents[1] / "source" / "hw4"
REAL_DATA = os.environ.get("HW4_DATA", "")
real_data = pytest.mark.skipif(not REAL_DATA, reason="HW4_DATA names no folder with the Treebank")

SMALL = Settings(dimensions=4, batch=6, step=0.3, halve_every=15)
EQUAL = 1e-12  # both ways add up the same numbers in the same order; rounding leaves about 1e-17


@pytest.fixture(scope="module")
def reference() -> dict:
    """Return what the given cells and the solution cells of the notebook define."""
    notebook = nbformat.read(SOURCE_DIR / "hw4_partII.ipynb", as_version=4)
    names: dict = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.id in ("imports", "helpers") or cell.id.endswith("_solution")):
            exec(cell.source, names)
    return names


@pytest.fixture(scope="module")
def skipgram(reference: dict):
    return reference["skipgram"]


@pytest.fixture(scope="module")
def cost(reference: dict):
    return reference["negSamplingCostAndGradient"]


@pytest.fixture
def dataset() -> Treebank:
    """Return 40 words in 31 sentences: negatives repeat and hit the target, centers stand in their own context."""
    rng = np.random.default_rng(5)
    words = [f"w{number}" for number in range(40)]
    numbers = [rng.geometric(0.12, size=length).clip(max=40) - 1 for length in rng.integers(2, 14, size=30)]
    return Treebank([words, *([words[i] for i in sentence] for sentence in numbers)])


def plain_loop(skipgram, cost, dataset, iterations: int, seed: int, settings: Settings) -> tuple[np.ndarray, ...]:
    """Train as the handout does it: one context after the other, the whole vocabulary in every call."""
    inputs, outputs = start_vectors(dataset, seed, settings)
    dataset.reseed(seed)
    step, losses = settings.step, []
    for iteration in range(1, iterations + 1):
        gradients_in, gradients_out, loss = np.zeros_like(inputs), np.zeros_like(outputs), 0.0
        for _ in range(settings.batch):
            center, context = dataset.getRandomContext(settings.window)
            one, grad_in, grad_out = skipgram(
                center, settings.window, context, dataset.tokens, inputs, outputs, dataset, cost
            )
            loss += one / settings.batch
            gradients_in += grad_in / settings.batch
            gradients_out += grad_out / settings.batch
        inputs -= step * gradients_in
        outputs -= step * gradients_out
        losses.append(loss)
        if iteration % settings.halve_every == 0:
            step *= 0.5
    return inputs, outputs, np.array(losses)


def assert_same(training, plain: tuple[np.ndarray, ...]) -> None:
    for ours, theirs in zip((training.inputs, training.outputs, training.losses), plain, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=EQUAL)


@pytest.mark.parametrize("seed", [1, 18739])
def test_gives_the_numbers_of_the_plain_loop(skipgram, cost, dataset, seed, capsys):
    training = train_word2vec(skipgram, cost, dataset, iterations=45, seed=seed, settings=SMALL)

    assert_same(training, plain_loop(skipgram, cost, dataset, 45, seed, SMALL))
    assert "whole vocabulary" not in capsys.readouterr().out


@real_data
def test_gives_the_numbers_of_the_plain_loop_on_the_treebank(skipgram, cost):
    """Over 50 iterations, which take the plain loop 4 s."""
    dataset = load_treebank(REAL_DATA)
    training = train_word2vec(skipgram, cost, dataset, iterations=50, seed=3)

    assert_same(training, plain_loop(skipgram, cost, dataset, 50, 3, HANDOUT))


def test_the_handout_workload_is_the_default():
    assert Settings(dimensions=10, window=5, negatives=10, batch=50, step=2.0, halve_every=10_000) == HANDOUT


def test_calls_skipgram_once_for_each_example_with_the_documented_arguments(skipgram, cost, dataset):
    seen = []

    def spy(*arguments):
        seen.append(arguments)
        return skipgram(*arguments)

    train_word2vec(spy, cost, dataset, iterations=25, settings=SMALL)

    examples = seen[2 * TRIAL_EXAMPLES :]  # the trial tries both ways first
    assert len(examples) == 25 * SMALL.batch
    for center, window, context, tokens, inputs, outputs, _, _ in examples:
        assert window == SMALL.window
        assert 1 <= len(context) <= 2 * window
        assert set(tokens) == {center, *context}
        assert inputs.shape == outputs.shape
        assert len(inputs) < len(dataset.words)
        assert inputs.dtype == outputs.dtype == np.float64


def test_the_softmax_cost_sees_the_whole_vocabulary(skipgram, reference, dataset, capsys):
    softmax_cost = reference["softmaxCostAndGradient"]
    training = train_word2vec(skipgram, softmax_cost, dataset, iterations=8, settings=SMALL)

    assert_same(training, plain_loop(skipgram, softmax_cost, dataset, 8, 18739, SMALL))
    assert capsys.readouterr().out.count("whole vocabulary") == 1


def ten_different_words(reference):
    """Return a cost that does not draw ten words for each target, because it refuses repeated ones."""

    class Distinct:
        def __init__(self, dataset):
            self.dataset, self.drawn = dataset, set()

        def sampleTokenIdx(self):
            while (word := self.dataset.sampleTokenIdx()) in self.drawn:
                pass
            self.drawn.add(word)
            return word

    def cost(predicted, target, outputs, dataset):
        return reference["negSamplingCostAndGradient"](predicted, target, outputs, Distinct(dataset))

    return cost


def with_a_mean_over_the_vocabulary(reference):
    """Return a cost whose gradient is divided by the number of words."""

    def cost(predicted, target, outputs, dataset):
        value, grad_predicted, grad = reference["negSamplingCostAndGradient"](predicted, target, outputs, dataset)
        return value, grad_predicted / len(outputs), grad / len(outputs)

    return cost


def that_asks_the_dataset(reference):
    """Return a cost that needs more of the dataset than its draws."""

    def cost(predicted, target, outputs, dataset):
        value, grad_predicted, grad = reference["negSamplingCostAndGradient"](predicted, target, outputs, dataset)
        return value + 0.0 * len(dataset.tokens), grad_predicted, grad

    return cost


@pytest.mark.parametrize("odd", [ten_different_words, with_a_mean_over_the_vocabulary, that_asks_the_dataset])
def test_goes_the_long_way_where_a_function_needs_it_and_says_so(skipgram, reference, dataset, odd, capsys):
    odd_cost = odd(reference)
    training = train_word2vec(skipgram, odd_cost, dataset, iterations=8, settings=SMALL)

    assert_same(training, plain_loop(skipgram, odd_cost, dataset, 8, 18739, SMALL))
    assert capsys.readouterr().out.count("whole vocabulary") == 1


def test_goes_the_long_way_from_the_iteration_that_needs_it(skipgram, cost, dataset, capsys):
    calls = []

    def sometimes(center, window, context, tokens, *rest):
        calls.append(center)
        if len(calls) > 25 * SMALL.batch:
            tokens["w0"], tokens["w1"]
        return skipgram(center, window, context, tokens, *rest)

    training = train_word2vec(sometimes, cost, dataset, iterations=40, settings=SMALL)

    assert_same(training, plain_loop(skipgram, cost, dataset, 40, 18739, SMALL))
    assert capsys.readouterr().out.count("whole vocabulary") == 1


def test_names_a_function_that_is_not_written_yet(skipgram, dataset):
    def unwritten(*arguments):
        raise NotImplementedError

    with pytest.raises(CannotTrain, match="`unwritten` is not written yet"):
        train_word2vec(skipgram, unwritten, dataset, iterations=2)


def test_lets_an_error_of_the_students_code_pass(skipgram, dataset):
    def broken(*arguments):
        return {}["no such key"]

    with pytest.raises(KeyError, match="no such key"):
        train_word2vec(skipgram, broken, dataset, iterations=2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda cost, grad_in, grad_out: None, "cost, gradIn, gradOut is expected"),
        (lambda cost, grad_in, grad_out: (cost, grad_in[0], grad_out), r"gradIn of shape \(4,\)"),
        (lambda cost, grad_in, grad_out: (cost, grad_in, grad_out.T), r"gradOut of shape \(4, 40\)"),
        (lambda cost, grad_in, grad_out: (np.ones(2), grad_in, grad_out), r"cost of shape \(2,\)"),
    ],
)
def test_says_what_is_wrong_with_the_form_of_a_result(skipgram, cost, dataset, change, message):
    def wrong(*arguments):
        return change(*skipgram(*arguments))

    with pytest.raises(CannotTrain, match=message):
        train_word2vec(wrong, cost, dataset, iterations=2, settings=SMALL)


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_takes_a_cost_of_any_scalar_shape(skipgram, cost, dataset, shape):
    def shaped(*arguments):
        value, grad_in, grad_out = skipgram(*arguments)
        return np.full(shape, value), grad_in, grad_out

    training = train_word2vec(shaped, cost, dataset, iterations=3, settings=SMALL)

    assert_same(training, plain_loop(skipgram, cost, dataset, 3, 18739, SMALL))


def test_stops_at_a_loss_that_is_not_finite(skipgram, cost, dataset):
    calls = []

    def breaks(*arguments):
        calls.append(1)
        value, grad_in, grad_out = skipgram(*arguments)
        return (value if len(calls) < 60 else np.nan), grad_in, grad_out

    with pytest.raises(CannotTrain, match="loss of iteration 9 is nan"):
        train_word2vec(breaks, cost, dataset, iterations=20, settings=SMALL)


def test_warns_when_the_loss_does_not_fall(skipgram, cost, dataset, monkeypatch, capsys):
    monkeypatch.setattr(word2vec_training, "LOSS_LOOK_AT", 10)

    def uphill(*arguments):
        value, grad_in, grad_out = skipgram(*arguments)
        return value, -grad_in, -grad_out

    train_word2vec(uphill, cost, dataset, iterations=12, settings=SMALL)

    assert "look at your gradients" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("slow", "named"), [("cost", "negSamplingCostAndGradient"), ("skipgram", "skipgram without the cost function")]
)
def test_names_what_is_slow_before_an_evening_is_lost(skipgram, cost, dataset, monkeypatch, capsys, slow, named):
    """Here only the slow function moves the clock, by 2,000 seconds a call."""
    clock = [0.0]
    monkeypatch.setattr(word2vec_trial, "time", SimpleNamespace(perf_counter=lambda: clock[0]))

    def slowed(function):
        @functools.wraps(function)
        def call(*arguments):
            clock[0] += 2000.0
            return function(*arguments)

        return call

    functions = {"skipgram": skipgram, "cost": cost}
    functions[slow] = slowed(functions[slow])
    train_word2vec(*functions.values(), dataset, iterations=2, settings=SMALL)

    said = capsys.readouterr().out
    assert re.search(
        rf"Warning: at this pace training takes .* hours\. Most of that is {named}: 2,000,000,000 micro", said
    )


def test_a_pace_that_an_evening_is_enough_for_gets_no_warning(skipgram, cost, dataset, monkeypatch, capsys):
    monkeypatch.setattr(word2vec_trial, "time", SimpleNamespace(perf_counter=lambda: 0.0))
    train_word2vec(skipgram, cost, dataset, iterations=2, settings=SMALL)

    assert "at this pace" not in capsys.readouterr().out


def test_the_last_line_tells_the_run_time(skipgram, cost, dataset, capsys):
    training = train_word2vec(skipgram, cost, dataset, iterations=2, seed=11, settings=SMALL)

    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"Training took {training.minutes:.1f} minutes (2 iterations, seed 11)"


def test_the_log_holds_losses_of_the_whole_run_and_the_data(skipgram, cost, dataset, tmp_path, capsys):
    """A run in two sittings logs what a run in one does, to twelve digits."""
    train_word2vec(skipgram, cost, dataset, iterations=12, settings=SMALL)
    whole = capsys.readouterr().out.splitlines()[-2]
    for iterations in (5, 12):
        training = train_word2vec(
            skipgram, cost, dataset, iterations=iterations, settings=SMALL, checkpoint=tmp_path / "run.npz"
        )
    sittings = capsys.readouterr().out.splitlines()[-2]

    assert sittings == whole
    assert whole.startswith(f"Loss by iteration (data {run_digest(dataset, SMALL)}): 1: ")
    assert run_digest(dataset, SMALL) != run_digest(dataset)
    assert [entry.split(": ")[0] for entry in whole.partition("): ")[2].split(", ")] == ["1", "2", "3", "10", "12"]
    assert float(whole.split()[-1]) == pytest.approx(training.losses[-1], rel=1e-11)


def stop_after(skipgram, calls: int):
    """Return a skipgram that does its work so many times, and then meets the stop button."""
    left = iter(range(calls))

    def stopped(*arguments):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return skipgram(*arguments)

    return stopped


@pytest.mark.parametrize("dense", [False, True])
def test_goes_on_where_it_was_stopped(skipgram, cost, dataset, tmp_path, monkeypatch, capsys, dense):
    monkeypatch.setattr(word2vec_training, "SAVE_EVERY_S", 0.0)
    file = tmp_path / "run.npz"
    part = train_word2vec(
        stop_after(skipgram, 170), cost, dataset, iterations=45, settings=SMALL, checkpoint=file, dense=dense
    )
    said = capsys.readouterr().out.splitlines()
    assert "You stopped after 26 of 45 iterations; run this cell again to go on from 26." in said
    assert said[-1] == f"Training took {part.minutes:.1f} minutes (26 iterations, seed 18739)"
    assert_same(part, plain_loop(skipgram, cost, dataset, 26, 18739, SMALL))
    training = train_word2vec(skipgram, cost, dataset, iterations=45, settings=SMALL, checkpoint=file, dense=dense)

    assert "Going on from iteration 26" in capsys.readouterr().out
    assert_same(training, plain_loop(skipgram, cost, dataset, 45, 18739, SMALL))
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]


@pytest.mark.parametrize("dense", [False, True])
def test_the_stop_button_ends_training_after_a_whole_iteration_and_saves(
    skipgram, cost, dataset, tmp_path, capsys, dense
):
    """Wherever in an iteration it is pressed; the button works as before afterwards."""
    file, calls, before = tmp_path / "run.npz", iter(range(1000)), signal.getsignal(signal.SIGINT)

    def pressed_at_100(*arguments):
        if next(calls) == 100:
            signal.raise_signal(signal.SIGINT)
        return skipgram(*arguments)

    part = train_word2vec(pressed_at_100, cost, dataset, iterations=45, settings=SMALL, checkpoint=file, dense=dense)
    assert_same(part, plain_loop(skipgram, cost, dataset, 16, 18739, SMALL))  # 90 calls are 15 iterations, 10 a trial
    assert "You stopped after 16 of 45 iterations; run this cell again to go on from 16." in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before

    training = train_word2vec(skipgram, cost, dataset, iterations=45, settings=SMALL, checkpoint=file, dense=dense)
    assert_same(training, plain_loop(skipgram, cost, dataset, 45, 18739, SMALL))


@pytest.mark.parametrize("calls", [3, 2 * TRIAL_EXAMPLES + 3])
def test_who_stops_before_the_first_iteration_reads_one_line(skipgram, cost, dataset, calls):
    """There is nothing to return: while the functions are tried, or in the first iteration."""
    with pytest.raises(CannotTrain, match="nothing was trained"):
        train_word2vec(stop_after(skipgram, calls), cost, dataset, iterations=9, settings=SMALL)


def test_two_runs_in_turn_with_one_file_are_each_read(skipgram, cost, dataset, tmp_path, capsys):
    """Whoever tries another seed in a second cell does not train for minutes at each restart."""
    file = tmp_path / "run.npz"

    def run(seed):
        return train_word2vec(skipgram, cost, dataset, iterations=9, seed=seed, settings=SMALL, checkpoint=file)

    first, second = run(1), run(2)
    capsys.readouterr()
    again = run(1), run(2), run(1)

    assert [each.losses.tolist() for each in again] == [each.losses.tolist() for each in (first, second, first)]
    assert capsys.readouterr().out.count("These vectors are read from run.npz") == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.npz", "run.old.npz"]


def test_a_finished_run_is_read_not_repeated(skipgram, cost, dataset, tmp_path, capsys):
    file = tmp_path / "run.npz"
    first = train_word2vec(skipgram, cost, dataset, iterations=9, settings=SMALL, checkpoint=file)
    enough_for_the_trial = stop_after(skipgram, 2 * TRIAL_EXAMPLES)
    again = train_word2vec(enough_for_the_trial, cost, dataset, iterations=9, settings=SMALL, checkpoint=file)

    np.testing.assert_array_equal(first.inputs, again.inputs)
    assert first.minutes == again.minutes
    assert capsys.readouterr().out.count("Training took") == 2


@pytest.mark.parametrize("change", ["functions", "seed", "fewer iterations", "damage"])
def test_never_goes_on_with_the_vectors_of_another_run(skipgram, cost, dataset, tmp_path, capsys, change):
    file = tmp_path / "run.npz"
    train_word2vec(skipgram, cost, dataset, iterations=9, settings=SMALL, checkpoint=file)
    old = file.read_bytes()

    def other(*arguments):
        value, grad_in, grad_out = skipgram(*arguments)
        return value, grad_in, 0.99 * grad_out

    if change == "damage":
        old = old[:-400]
        file.write_bytes(old)
    function = other if change == "functions" else skipgram
    seed, iterations = (2 if change == "seed" else 18739), (7 if change == "fewer iterations" else 9)
    training = train_word2vec(
        function, cost, dataset, iterations=iterations, seed=seed, settings=SMALL, checkpoint=file
    )

    assert_same(training, plain_loop(function, cost, dataset, iterations, seed, SMALL))
    assert (tmp_path / "run.old.npz").read_bytes() == old
    assert "starts from the beginning" in capsys.readouterr().out


def test_trains_on_where_no_checkpoint_can_be_written(skipgram, cost, dataset, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(word2vec_training, "SAVE_EVERY_S", 0.0)
    train_word2vec(
        skipgram, cost, dataset, iterations=4, settings=SMALL, checkpoint=tmp_path / "no such folder" / "run.npz"
    )

    assert capsys.readouterr().out.count("No checkpoint is written") == 1


pairs = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 30)), min_size=1, max_size=80)


@given(pairs)
def test_numbers_the_different_words_of_each_group(pairs):
    groups, words = np.array(pairs).T
    group, word, number = number_within(groups, words, 31)

    different = sorted(set(pairs))
    assert list(zip(group.tolist(), word.tolist(), strict=True)) == different
    assert [different[i] for i in number] == pairs


def cubes(x):
    return (x**3).sum(), 3 * x**2


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 2, 2)])
def test_a_right_gradient_passes_and_x_stays_as_it_is(shape):
    x = np.random.default_rng(0).normal(size=shape)
    before = x.copy()
    check = gradcheck_naive(cubes, x)

    assert check, str(check)
    np.testing.assert_array_equal(x, before)


def off_in_one_place(x):
    gradient = 3 * x**2
    gradient.flat[4] += 1e-3
    return (x**3).sum(), gradient


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (off_in_one_place, r"1 of 6 entries .* most at \[1\]\[1\]"),
        (lambda x: ((x**3).sum(), -3 * x**2), "6 of 6 entries"),
        (lambda x: ((x**3).sum(), 3 * x[0] ** 2), r"shape \(3,\)"),
        (lambda x: (np.nan, 3 * x**2), "6 of 6 entries"),
    ],
)
def test_a_wrong_gradient_fails_and_the_sentence_says_where(wrong, words):
    check = gradcheck_naive(wrong, np.random.default_rng(0).normal(size=(2, 3)))

    assert not check
    assert re.search(words, str(check))


def test_both_costs_of_the_notebook_pass_the_gradient_check(reference, dataset):
    rng = np.random.default_rng(1)
    center, vectors = rng.normal(size=4), rng.normal(size=(40, 4))
    for name in ("softmaxCostAndGradient", "negSamplingCostAndGradient"):

        def by_center(x, cost=reference[name]):
            dataset.reseed(0)
            return cost(x, 3, vectors, dataset)[:2]

        def by_vectors(x, cost=reference[name]):
            dataset.reseed(0)
            return cost(center, 3, x, dataset)[::2]

        assert gradcheck_naive(by_center, center)
        assert gradcheck_naive(by_vectors, vectors)


@pytest.fixture
def vectors(dataset) -> np.ndarray:
    rng = np.random.default_rng(2)
    return word_plots.word_vectors(*rng.normal(size=(2, len(dataset.words), 4)))


GROUPS = {"low": [f"w{n}" for n in range(9)], "high": [f"w{n}" for n in range(10, 16)], "missing": ["nowhere"]}


def test_the_picture_has_1000_by_800_points_and_every_word(dataset, vectors, tmp_path):
    file = tmp_path / "word_vectors.png"
    figure = word_plots.show_words(vectors, dataset, GROUPS, title="A title", save_to=file)

    assert figure.axes[0].get_title().startswith("A title\n15 words")
    assert {text.get_text() for text in figure.axes[0].texts} == {*GROUPS["low"], *GROUPS["high"]}
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["low", "high"]
    assert file.read_bytes()[16:24] == (1000).to_bytes(4, "big") + (800).to_bytes(4, "big")


def test_the_most_frequent_words_stand_in_where_the_chosen_ones_are_missing(dataset, vectors):
    figure = word_plots.show_words(vectors, dataset)

    assert {text.get_text() for text in figure.axes[0].texts} == set(dataset.words[:24])


def test_the_groups_have_25_to_35_words_and_a_look_each():
    words = [word for group in word_plots.GROUPS.values() for word in group]

    assert 25 <= len(set(words)) == len(words) <= 35
    assert len(word_plots.GROUPS) <= len(word_plots.LOOKS)


@real_data
def test_every_word_of_the_groups_is_common_in_the_treebank():
    dataset = load_treebank(REAL_DATA)

    for word in (word for group in word_plots.GROUPS.values() for word in group):
        assert dataset.counts[dataset.tokens[word]] >= word_plots.COMMON


def test_labels_neither_hide_each_other_nor_leave_the_picture():
    rng = np.random.default_rng(3)
    pixels = np.concatenate([rng.uniform(60, 900, size=(20, 2)), rng.normal(450, 40, size=(12, 2))])
    sizes = np.column_stack([rng.uniform(15, 90, size=32), np.full(32, 14.0)])
    centers = word_plots.place_labels(pixels, sizes, np.array([0.0, 0.0, 1000.0, 1000.0]))

    apart = abs(centers[:, None] - centers) >= (sizes[:, None] + sizes) / 2
    assert (apart.any(axis=2) | np.eye(32, dtype=bool)).all()
    assert (centers - sizes / 2 >= 0).all()
    assert (centers + sizes / 2 <= 1000).all()


@given(st.integers(0, 1000))
def test_the_plane_does_not_depend_on_the_origin(seed):
    points = np.random.default_rng(seed).normal(size=(12, 5))
    plane, share = word_plots.project(points)
    moved, _ = word_plots.project(points + 7.0)

    np.testing.assert_allclose(plane, moved, atol=1e-8)
    assert 0.4 < share <= 1  # two of five components keep at least 40%


def test_the_table_names_the_nearest_common_words(dataset, monkeypatch):
    monkeypatch.setattr(word_plots, "COMMON", 1)
    vectors = np.random.default_rng(4).normal(size=(40, 6))
    vectors[dataset.tokens["w7"]] = vectors[dataset.tokens["w3"]] + 0.01
    table = word_plots.neighbour_table(vectors, dataset, ["w3", "nowhere", "w7"], count=2).splitlines()

    assert [line.split()[:3] for line in table] == [["w3", "w7", "1.00,"], ["w7", "w3", "1.00,"]]


def test_a_log_gets_a_few_plain_lines(capsys):
    with progress_bar.ProgressBar(1000, "iterations") as bar:
        for _ in range(995):
            bar.set_postfix_str("loss 1.00", refresh=False)
            bar.update()

    lines = capsys.readouterr().out.splitlines()
    assert [re.search(r"\| ([\d,]+) of 1,000 iterations \[", line)[1] for line in lines] == [
        *(str(done) for done in range(100, 1000, 100)), "995",
    ]  # fmt: skip
    assert lines[-1].endswith(", loss 1.00]")


def test_a_notebook_saves_one_line_of_the_bar_whatever_shows_it():
    """No frame that was overwritten, no widget and no warning about missing ones; what is printed comes after it."""
    source = f"""import sys
sys.path.insert(0, {str(SOURCE_DIR)!r})
from hw4kit import progress_bar
progress_bar.SECONDS_BETWEEN_UPDATES = 0
with progress_bar.ProgressBar(1000, "steps") as bar:
    for _ in range(100):
        bar.update(10)
print("Training took 0.0 minutes")"""
    notebook = new_notebook(cells=[new_code_cell(source)])
    NotebookClient(notebook, timeout=DEADLINE_S).execute()
    bar, said = notebook.cells[0].outputs

    assert bar.data.keys() == {"text/plain"}
    assert re.fullmatch(r"100%\|█{24}\| 1,000 of 1,000 steps \[.*\]", bar.data["text/plain"])
    assert said.text == "Training took 0.0 minutes\n"


def test_a_notebook_saves_one_picture_however_often_it_is_replaced():
    """The last; elsewhere there is none."""
    source = f"""import sys
sys.path.insert(0, {str(SOURCE_DIR)!r})
from hw4kit.progress_bar import NotebookPicture
picture = NotebookPicture()
for number in range(30):
    picture.show(bytes([number]), "digits")"""
    notebook = new_notebook(cells=[new_code_cell(source)])
    NotebookClient(notebook, timeout=DEADLINE_S).execute()
    (shown,) = notebook.cells[0].outputs

    assert shown.data == {"image/png": "HQ==", "text/plain": "digits"}
    assert not progress_bar.NotebookPicture().is_shown


@pytest.mark.parametrize(("seconds", "words"), [(40, "40 s"), (318, "5.3 minutes"), (9000, "2.5 hours")])
def test_a_length_of_time_has_the_unit_that_a_person_would_use(seconds, words):
    assert progress_bar.duration(seconds) == words
