"""The kit's GAN training and pictures: what it does with right functions, and what it says about wrong ones."""

from __future__ import annotations

import dataclasses
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

KIT_PARENT = Path(__file__).resolve().parents[1] / "source" / "hw4"
sys.path.insert(0, str(KIT_PARENT))

tf = pytest.importorskip("tensorflow")

from hw4kit import gan_plots, gan_progress, gan_training  # noqa: E402
from hw4kit.gan_training import CannotTrain, GanRun, train_gan  # noqa: E402
from hw4kit.visible import visible_check  # noqa: E402

pytestmark = pytest.mark.long

PIXELS = 784
IMAGES = np.random.default_rng(0).uniform(-1, 1, (20, PIXELS)).astype(np.float32)


def discriminator() -> Any:
    return tf.keras.Sequential([tf.keras.layers.Input((PIXELS,)), tf.keras.layers.Dense(1)])


def generator(noise_dim: int) -> Any:
    return tf.keras.Sequential([tf.keras.layers.Input((noise_dim,)), tf.keras.layers.Dense(PIXELS, "tanh")])


def d_loss(logits_real: Any, logits_fake: Any) -> Any:
    return tf.reduce_mean(tf.nn.softplus(-logits_real)) + tf.reduce_mean(tf.nn.softplus(logits_fake))


def g_loss(logits_fake: Any) -> Any:
    return tf.reduce_mean(tf.nn.softplus(-logits_fake))


def get_solvers(learning_rate: float, beta1: float) -> tuple[Any, Any]:
    return tuple(tf.keras.optimizers.Adam(learning_rate, beta_1=beta1) for _ in range(2))


def sample_noise(batch_size: int, dim: int) -> Any:
    return tf.random.uniform((batch_size, dim), -1, 1)


RIGHT: dict[str, Any] = {
    "discriminator": discriminator,
    "generator": generator,
    "d_loss": d_loss,
    "g_loss": g_loss,
    "get_solvers": get_solvers,
    "sample_noise": sample_noise,
}


def train(
    epochs: int = 1,
    batch_size: int = 8,
    eager: bool = False,
    images: Any = IMAGES,
    checkpoint: Any = None,
    **changed: Any,
) -> GanRun:
    functions = RIGHT | changed
    sizes = {"epochs": epochs, "batch_size": batch_size, "noise_dim": 4, "seed": 3}
    return train_gan(*functions.values(), images, **sizes, eager=eager, checkpoint=checkpoint)


def weights(model: Any) -> list[np.ndarray]:
    return [variable.numpy() for variable in model.trainable_variables]


@pytest.fixture(scope="module")
def run() -> GanRun:
    return train(epochs=3)


def test_a_run_keeps_one_loss_a_step_and_is_frozen(run: GanRun) -> None:
    """Twenty images in batches of eight are two steps an epoch; the rest of four is left out."""
    assert run.steps_per_epoch == 2
    assert run.d_losses.shape == run.g_losses.shape == (6,)
    assert run.compiled
    assert run.wall_s > 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.seed = 4  # type: ignore[misc]


def test_snapshots_go_from_untrained_to_trained_with_the_same_noise(run: GanRun) -> None:
    """The first snapshot is of step 0, the last of the last step, and they differ."""
    steps = [snapshot.step for snapshot in run.snapshots]
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, 6)
    assert run.snapshots[0].images.shape == run.snapshots[-1].images.shape == (16, PIXELS)
    assert not np.allclose(run.snapshots[0].images, run.snapshots[-1].images)


@pytest.mark.parametrize("eager", [False, True])
def test_one_step_changes_every_weight_array_of_both_networks(eager: bool) -> None:
    """A step updates the generator and the discriminator, compiled or not."""
    made: list[tuple[Any, list[np.ndarray]]] = []

    def remembered(build: Callable[..., Any]) -> Callable[..., Any]:
        def building(*arguments: int) -> Any:
            model = build(*arguments)
            made.append((model, weights(model)))
            return model

        return building

    train(eager=eager, images=IMAGES[:8], discriminator=remembered(discriminator), generator=remembered(generator))

    assert len(made) == 2
    for model, before in made:
        assert all(not np.array_equal(old, new) for old, new in zip(before, weights(model), strict=True))


def test_the_compiled_and_the_uncompiled_loop_agree() -> None:
    """Same seed, same losses, up to the rounding of fused operations."""
    compiled, eager = train(epochs=3), train(epochs=3, eager=True)
    assert not eager.compiled
    np.testing.assert_allclose(compiled.d_losses, eager.d_losses, rtol=1e-4)  # they differ by at most 1e-6
    np.testing.assert_allclose(compiled.g_losses, eager.g_losses, rtol=1e-4)


def test_a_last_call_with_fewer_steps_changes_nothing(run: GanRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six steps in calls of four and two are the steps of one call of six."""
    monkeypatch.setattr(gan_training, "STEPS_A_CALL", 4)
    shorter = train(epochs=3)

    assert shorter.compiled
    np.testing.assert_allclose(shorter.d_losses, run.d_losses, rtol=1e-5)
    assert [snapshot.step for snapshot in shorter.snapshots] == [0, 4, 6]


def test_what_xla_cannot_compile_is_compiled_without_it(run: GanRun) -> None:
    """A loss that calls Python from within the graph is slower, but no reason for a warning."""

    def calls_python(logits_fake: Any) -> Any:
        return tf.py_function(g_loss, [logits_fake], tf.float32)

    through_python = train(epochs=3, g_loss=calls_python)

    assert through_python.compiled
    assert through_python.warnings == ()
    np.testing.assert_allclose(through_python.g_losses, run.g_losses, rtol=1e-4)


def test_the_same_seed_gives_the_same_run(run: GanRun) -> None:
    """Weights, noise and order of images all come from the seed."""
    np.testing.assert_allclose(train(epochs=3).d_losses, run.d_losses, rtol=1e-5)


def looking(function: Callable[..., Any]) -> Callable[..., Any]:
    def looked_at(*scores: Any) -> Any:
        loss = function(*scores)
        if loss.numpy() > 1e9:
            raise ValueError
        return loss

    return looked_at


class LookingModel(tf.keras.Model):
    """A model that cannot be traced, made of one that can."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner

    def call(self, x: Any) -> Any:
        if x.numpy()[0, 0] > 1e9:
            raise ValueError
        return self.inner(x)


@pytest.mark.parametrize(
    ("part", "function", "name"),
    [
        ("d_loss", looking(d_loss), "discriminator_loss"),
        ("g_loss", looking(g_loss), "generator_loss"),
        ("discriminator", lambda: LookingModel(discriminator()), "discriminator"),
        ("generator", lambda noise_dim: LookingModel(generator(noise_dim)), "generator"),
    ],
)
def test_an_untraceable_function_is_named_and_the_loop_runs_uncompiled(
    part: str, function: Any, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One warning names that function and no other, with an estimate; training is done all the same."""
    run = train(**{part: function})

    assert not run.compiled
    assert run.d_losses.shape == (2,)
    assert len(run.warnings) == 1
    assert [word for word in run.warnings[0].split() if word.startswith("`")] == [f"`{name}`"]
    assert re.search(r"uncompiled, in about \d+ s\.", run.warnings[0])
    assert run.warnings[0] in capsys.readouterr().out


def test_the_end_tells_steps_seed_and_mean_losses(capsys: pytest.CaptureFixture[str]) -> None:
    run = train(epochs=3)

    steps, losses = capsys.readouterr().out.splitlines()[-2:]
    assert re.fullmatch(r"6 steps in \d+ s, \d+ ms each; seed 3\.", steps)
    assert losses == f"Mean losses of the last 6 steps: D {run.d_losses.mean():.3f}, G {run.g_losses.mean():.3f}."


def test_timing_the_uncompiled_loop_leaves_the_networks_as_they_were() -> None:
    """The steps that are timed for the estimate are undone: losses are those of a run without them."""
    np.testing.assert_allclose(train(g_loss=looking(g_loss)).d_losses[0], train().d_losses[0], rtol=1e-5)


def test_noise_drawn_with_numpy_stays_fresh_in_the_compiled_loop() -> None:
    """A NumPy draw inside a traced function would be one constant; here it is drawn anew for each update."""
    drawn: list[np.ndarray] = []
    rng = np.random.default_rng(1)

    def numpy_noise(batch_size: int, dim: int) -> np.ndarray:
        drawn.append(rng.uniform(-1, 1, (batch_size, dim)))
        return drawn[-1]

    run = train(sample_noise=numpy_noise)

    assert run.compiled
    assert drawn[0].dtype == np.float64
    assert len(drawn) == 2 + 2 * len(run.d_losses)  # one for the rehearsal, one for the snapshots, two a step


def test_a_discriminator_that_wins_is_reported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loss near 0 over the watched steps gives one warning, however long it lasts; training goes on."""
    monkeypatch.setattr(gan_progress, "WATCHED_STEPS", 3)
    run = train(epochs=4, d_loss=lambda real, fake: 1e-3 * d_loss(real, fake))

    assert run.d_losses.shape == (8,)
    assert len(run.warnings) == 1
    assert "discriminator has won" in run.warnings[0]
    assert "beta1" in run.warnings[0]


def test_an_even_game_gives_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loss of ordinary size is no victory."""
    monkeypatch.setattr(gan_progress, "WATCHED_STEPS", 3)
    assert train(epochs=4).warnings == ()


def test_an_interrupted_run_is_returned_as_far_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop button of a notebook is a KeyboardInterrupt; what was trained is kept."""
    monkeypatch.setattr(gan_training, "STEPS_A_CALL", 1)
    calls = 0

    def stopped_at_the_third_step(batch_size: int, dim: int) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2 + 2 * 2 + 1:
            raise KeyboardInterrupt
        return sample_noise(batch_size, dim)

    run = train(epochs=3, sample_noise=stopped_at_the_third_step)

    assert run.d_losses.shape == (2,)
    assert run.snapshots[-1].step == 2
    assert "2 of 6 steps" in run.warnings[0]


def layered(noise_dim: int) -> Any:
    """A generator with weights that are not trained, too."""
    normalised = tf.keras.layers.BatchNormalization()
    return tf.keras.Sequential([*generator(noise_dim).layers, normalised, tf.keras.layers.Activation("tanh")])


@pytest.mark.parametrize("build", [generator, layered])
def test_a_finished_run_is_read_not_repeated(build: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Weights, losses, snapshots and time are those of the run; no step is compiled."""
    first = train(epochs=3, generator=build, checkpoint=tmp_path / "run.npz")
    capsys.readouterr()
    with np.load(tmp_path / "run.npz") as saved:
        seconds = float(saved["seconds"])
    again = train(epochs=3, generator=build, checkpoint=tmp_path / "run.npz")

    lines = capsys.readouterr().out.splitlines()
    how = "To train anew, delete that file and run this cell again."
    assert lines[1] == f"The trained networks are read from run.npz. {how}"
    assert re.fullmatch(r"6 steps in \d+ s, \d+ ms each; seed 3\.", lines[2])
    assert not again.compiled
    assert again.wall_s == seconds >= first.wall_s
    for ours, theirs in zip(again.d_losses, first.d_losses, strict=True):
        assert ours == theirs
    for model, trained in ((again.discriminator, first.discriminator), (again.generator, first.generator)):
        for variable, value in zip(model.variables, trained.variables, strict=True):
            np.testing.assert_array_equal(variable, value)
    assert [each.step for each in again.snapshots] == [each.step for each in first.snapshots]
    np.testing.assert_array_equal(again.snapshots[-1].images, first.snapshots[-1].images)


def test_a_checkpoint_changes_nothing_in_a_run_that_is_not_stopped(run: GanRun, tmp_path: Path) -> None:
    """The trial that tells functions apart leaves weights and noise as they are."""
    np.testing.assert_allclose(train(epochs=3, checkpoint=tmp_path / "run.npz").d_losses, run.d_losses, rtol=1e-5)


def test_a_stopped_run_goes_on_with_its_weights(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two steps in one sitting and four in the next are six; snapshots are those of one sitting."""
    monkeypatch.setattr(gan_training, "STEPS_A_CALL", 1)
    file, before = tmp_path / "run.npz", signal.getsignal(signal.SIGINT)
    add = gan_progress.Progress.add

    def stopped(progress: Any, *losses: Any) -> None:
        add(progress, *losses)
        if progress.done == 2 and not progress.seconds_before:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(gan_progress.Progress, "add", stopped)
    part = train(epochs=3, checkpoint=file)
    assert part.d_losses.shape == (2,)
    assert part.warnings == ("You stopped after 2 of 6 steps; run this cell again to go on from 2.",)
    assert signal.getsignal(signal.SIGINT) is before
    capsys.readouterr()

    whole = train(epochs=3, checkpoint=file)
    assert "Going on from step 2, read from run.npz." in capsys.readouterr().out
    assert whole.d_losses.shape == (6,)
    assert whole.d_losses[:2].tolist() == part.d_losses.tolist()
    assert whole.wall_s > part.wall_s
    assert [each.step for each in whole.snapshots] == [0, 1, 3, 6]
    assert train(epochs=3, checkpoint=file).d_losses.tolist() == whole.d_losses.tolist()


def wider(noise_dim: int) -> Any:
    return tf.keras.Sequential([tf.keras.layers.Input((noise_dim,)), tf.keras.layers.Dense(PIXELS, "sigmoid")])


def slower(learning_rate: float, beta1: float) -> tuple[Any, Any]:
    return tuple(tf.keras.optimizers.Adam(learning_rate / 2, beta_1=beta1) for _ in range(2))


def normal_noise(batch_size: int, dim: int) -> Any:
    return tf.random.normal((batch_size, dim))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a run of three epochs."""
    file = tmp_path_factory.mktemp("finished") / "run.npz"
    train(epochs=3, checkpoint=file)
    return file.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"generator": wider},
        {"d_loss": lambda real, fake: 0.99 * d_loss(real, fake)},
        {"g_loss": lambda fake: 0.99 * g_loss(fake)},
        {"get_solvers": slower},
        {"sample_noise": normal_noise},
        {"images": -IMAGES},
        {"epochs": 2},
        {"batch_size": 10},
    ],
    ids=lambda change: next(iter(change)),
)
def test_never_goes_on_with_the_networks_of_another_run(
    change: dict[str, Any], finished: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other run trains from the beginning, and the file is kept under another name."""
    file = tmp_path / "run.npz"
    file.write_bytes(finished)
    other = train(**{"epochs": 3, "checkpoint": file} | change)

    assert "starts from the beginning" in capsys.readouterr().out
    assert (tmp_path / "run.old.npz").read_bytes() == finished
    assert len(other.d_losses) == other.steps_per_epoch * change.get("epochs", 3)


def test_other_comments_are_no_other_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What counts is what a function does."""
    source = "def f(fake):\n    return g_loss(fake)\n"
    for text in (source, f"# why this\n{source}  # is right\n"):
        names: dict[str, Any] = {"g_loss": g_loss}
        exec(text, names)
        train(epochs=3, checkpoint=tmp_path / "run.npz", g_loss=names["f"])

    assert "are read from run.npz" in capsys.readouterr().out


def test_a_function_has_the_same_digest_at_each_start() -> None:
    """The order of a set of words changes from one Python to the next."""
    source = "def f(x):\n    return x in {'ab', 'cd', 'ef', 'gh', 'ij', 'kl'}"
    no_tensorflow = "import sys, unittest.mock\nsys.modules['tensorflow'] = unittest.mock.MagicMock()"  # takes seconds
    program = f"{no_tensorflow}\nfrom hw4kit.gan_checkpoint import digest_of_code\n{source}\nprint(digest_of_code(f))"
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=KIT_PARENT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "123"
    }

    assert len(said) == 1


def not_written(*_: Any, **__: Any) -> Any:
    raise NotImplementedError("Write this function.")


def shared_solver(learning_rate: float, beta1: float) -> tuple[Any, Any]:
    solver = tf.keras.optimizers.Adam(learning_rate, beta_1=beta1)
    return solver, solver


@pytest.mark.parametrize(
    ("part", "function", "sentence"),
    [
        ("discriminator", not_written, "`discriminator` is not written yet"),
        ("generator", not_written, "`generator` is not written yet"),
        ("d_loss", not_written, "`discriminator_loss` is not written yet"),
        ("g_loss", not_written, "`generator_loss` is not written yet"),
        ("get_solvers", not_written, "`get_solvers` is not written yet"),
        ("sample_noise", not_written, "`sample_noise` is not written yet"),
        ("discriminator", lambda: None, "returned None, not a Keras model"),
        ("discriminator", lambda: generator(PIXELS), r"turns \(8, 784\) into \(8, 784\), not \(8, 1\)"),
        ("generator", lambda _: tf.keras.Sequential([tf.keras.layers.Flatten()]), r"into \(8, 4\), not \(8, 784\)"),
        ("g_loss", tf.nn.softplus, r"`generator_loss` returned an array of shape \(8, 1\), not one number"),
        ("g_loss", lambda scores: None, "`generator_loss` returned None"),
        ("d_loss", lambda real, fake: d_loss(real, fake) * np.nan, "`discriminator_loss` returned nan"),
        ("d_loss", lambda real, fake: d_loss(real, fake).numpy(), "`discriminator_loss` has no gradient"),
        ("g_loss", lambda scores: tf.constant(1.0), "`generator_loss` has no gradient"),
        ("get_solvers", shared_solver, "the same optimizer twice"),
        ("get_solvers", lambda learning_rate, beta1: None, "`get_solvers` returned None, not two optimizers"),
        ("sample_noise", lambda n, dim: sample_noise(dim, n), r"returned an array of shape \(4, 8\), not \(8, 4\)"),
    ],
)
def test_a_function_at_fault_is_named_in_one_sentence(part: str, function: Any, sentence: str) -> None:
    """Nothing is trained, and the sentence names the function and what it did."""
    with pytest.raises(CannotTrain, match=sentence) as caught:
        train(**{part: function})
    assert str(caught.value).count("\n") == 0
    assert caught.value._render_traceback_() == [f"CannotTrain: {caught.value}"]


def test_a_loss_that_becomes_nan_stops_the_run() -> None:
    """The sentence tells which loss and at which step."""
    steps = 0

    def breaking(scores: Any) -> Any:
        nonlocal steps
        steps += 1
        return g_loss(scores) * (np.nan if steps == 3 else 1.0)  # once in the rehearsal, then once a step

    with pytest.raises(CannotTrain, match="`generator_loss` became nan at step 2"):
        train(eager=True, g_loss=breaking)


def test_too_few_images_are_refused() -> None:
    """Less than one batch would train nothing."""
    with pytest.raises(CannotTrain, match=r"shape \(7, 784\)"):
        train(images=IMAGES[:7])


def test_a_mosaic_places_images_row_by_row() -> None:
    """Each image is where its number says, and places without an image are white."""
    images = np.linspace(-0.9, 0.9, 5)[:, None] * np.ones(PIXELS)
    picture = gan_plots.mosaic(images, columns=3)

    assert picture.shape == (58, 88)
    assert np.allclose(picture[:28, 30:58], images[1, 0])
    assert np.allclose(picture[30:, :28], images[3, 0])
    assert np.all(picture[30:, 60:] == -1)


def test_a_running_mean_never_looks_ahead() -> None:
    """Each place has the mean of the last values up to there."""
    np.testing.assert_allclose(gan_plots.running_mean(np.array([2.0, 4.0, 6.0, 8.0]), 2), [2, 3, 5, 7])


def test_every_picture_of_a_run_is_made_and_closed(run: GanRun) -> None:
    """A figure left open would be shown twice by a notebook."""
    figures = [
        gan_plots.show_digits({"Real": IMAGES, "Made": IMAGES[:3]}),
        gan_plots.show_through_time(run),
        gan_plots.show_losses(run),
        gan_plots.show_interpolation(run),
    ]
    assert all(figure.axes for figure in figures)
    assert gan_plots.plt.get_fignums() == []


def test_a_visible_check_tells_what_it_sees_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """What is right and what is not are marked apart, with what was seen."""
    with visible_check("leaky_relu") as see:
        see("the shape is kept", True, (2, 3))
        see("-2 becomes -0.2", False, -2.0)

    assert capsys.readouterr().out.splitlines() == [
        "ok  the shape is kept; yours: (2, 3)",
        "NO  -2 becomes -0.2; yours: -2.0",
        "leaky_relu: 1 of 2 are ok; the hidden checks test more.",
    ]


def in_a_notebook(source: str) -> Callable[[], Any]:
    """Return the function f of the source, as if a notebook's cell had defined it."""
    names: dict[str, Any] = {}
    exec(compile(source, "/tmp/ipykernel_1/2.py", "exec"), names)
    return names["f"]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def f():\n    return 1 / 0", "NO  `f` (line 2 of its cell) raised ZeroDivisionError: division by zero"),
        ("def f():\n    raise NotImplementedError", "NO  `f` (line 2 of its cell) is not written yet."),
        (
            "def g():\n    raise NotImplementedError\n\ndef f():\n    return g()",
            "NO  `g`, which `f` needs, (line 2 of its cell) is not written yet.",
        ),
    ],
)
def test_a_visible_check_goes_on_when_the_code_raises(
    source: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says which function raised what and where; the notebook goes on."""
    f = in_a_notebook(source)
    with visible_check("f") as see:
        see("it returns 1", f() == 1, f())

    assert capsys.readouterr().out.splitlines() == [line]


def test_a_visible_check_does_not_blame_a_function_that_returned(capsys: pytest.CaptureFixture[str]) -> None:
    """What comes back may be of a kind that cannot be looked at."""
    with visible_check("f") as see:
        see("it has a shape", None.shape == (), None)  # type: ignore[attr-defined]

    assert capsys.readouterr().out.startswith("NO  Calling `f`, or checking what it returned, raised AttributeError")


def test_a_visible_check_says_which_name_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """Who runs the cell first thing in the morning has not run those above it."""
    with visible_check("f") as see:
        see("it returns 1", f() == 1, f())  # type: ignore[name-defined]  # noqa: F821

    assert capsys.readouterr().out == "NO  `f` is not defined: run all cells above, then this one again.\n"


def test_a_name_that_is_missing_in_a_solution_is_told_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    """There it is a slip of the pen."""
    f = in_a_notebook("def f():\n    return alhpa")
    with visible_check("f") as see:
        see("it returns 1", f() == 1, f())

    assert capsys.readouterr().out == "NO  `f` (line 2 of its cell) raised NameError: name 'alhpa' is not defined\n"


def test_functions_of_the_visible_check_itself_are_never_named(capsys: pytest.CaptureFixture[str]) -> None:
    """What raises there was asked of a result that is not what it should be."""
    names: dict[str, Any] = {"visible_check": visible_check, "f": in_a_notebook("def f():\n    return 3")}
    check = "with visible_check('f') as see:\n    see('two', [part for part in f()], 0)"
    exec(compile(check, "/tmp/ipykernel_1/7.py", "exec"), names)

    assert capsys.readouterr().out.startswith("NO  Calling `f`, or checking what it returned, raised TypeError")


def test_what_keras_says_is_told_not_how_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    """Its first line is the same whatever is wrong."""
    with visible_check("generator") as see:
        see("it takes noise of length 3", generator(4)(tf.zeros((2, 3))), "")

    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    assert re.search(r"raised ValueError: .*shape.*\(2, 3\)", out)


def test_what_is_seen_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """NumPy breaks its lines."""
    with visible_check("f") as see:
        see("it is zero", False, np.ones((2, 2)))

    assert capsys.readouterr().out.splitlines()[0] == "NO  it is zero; yours: [[1. 1.] [1. 1.]]"
