"""How far the training of a GAN is: losses, snapshots and warnings, and what a notebook shows meanwhile."""

import io
import time
from typing import Any

import matplotlib.image
import numpy as np

from .cannot_train import CannotTrain
from .gan_game import Game
from .gan_plots import mosaic
from .gan_run import GanRun, Snapshot
from .progress_bar import NotebookPicture, ProgressBar, duration

WATCHED_STEPS = 200  # a healthy loss dips for some 10 steps at the start; averaged over 200 steps it stays above 1.1
WON_BELOW = 0.1  # with beta1 = 0.9 that average falls below 0.1 by step 510 and to 0.000 by step 1000
SNAPSHOT_IMAGES = 16
SNAPSHOTS = 8  # untrained, then after 1/64, 1/32, ... 1/2 and all of the steps
SECONDS_BETWEEN_PICTURES = 3.0  # each takes about 20 ms
PICTURE_COLUMNS, PICTURE_SCALE = 8, 3  # sixteen digits in two rows, three screen points for a pixel


class Progress:
    """What happened in a run so far."""

    def __init__(self, steps: int, steps_a_call: int, steps_per_epoch: int, game: Game, fixed_noise: Any) -> None:
        """Begin at step 0, with a snapshot of the untrained generator."""
        self.steps, self._steps_per_epoch = steps, steps_per_epoch
        self._game, self._fixed_noise = game, fixed_noise
        wanted = {max(1, steps >> halvings) for halvings in range(SNAPSHOTS - 1)}
        self._snapshot_steps = {-(-step // steps_a_call) * steps_a_call for step in wanted}
        self.d_losses: list[float] = []
        self.g_losses: list[float] = []
        self.snapshots: list[Snapshot] = []
        self.warnings: list[str] = []
        self.seconds_before = 0.0  # in earlier sittings
        self._start = time.perf_counter()
        self._has_won = False
        self._snap()

    @property
    def done(self) -> int:
        """Steps so far."""
        return len(self.d_losses)

    @property
    def is_finished(self) -> bool:
        """Whether no step is left."""
        return self.done >= self.steps

    @property
    def seconds(self) -> float:
        """Time that training took so far."""
        return self.seconds_before + time.perf_counter() - self._start

    def add(self, d_losses: Any, g_losses: Any) -> None:
        """Note the losses of the next steps, two arrays of the same length."""
        for d_loss, g_loss in zip(d_losses.numpy().tolist(), g_losses.numpy().tolist(), strict=True):
            self.d_losses.append(d_loss)
            self.g_losses.append(g_loss)
            for name, value in (("generator_loss", g_loss), ("discriminator_loss", d_loss)):
                if not np.isfinite(value):
                    raise CannotTrain(f"`{name}` became {value} at step {self.done:,}.")
        if self.done in self._snapshot_steps:
            self._snap()
        self.watch()

    def watch(self) -> None:
        """Warn once when the discriminator has won."""
        recent = self.d_losses[-WATCHED_STEPS:]
        if self._has_won or len(recent) < WATCHED_STEPS or sum(recent) >= WON_BELOW * WATCHED_STEPS:
            return
        self._has_won = True
        self.warn(
            f"The discriminator has won: its loss is {np.mean(recent):.3f} on average over the {WATCHED_STEPS} "
            f"steps up to step {self.done:,}. The handout warns of this: when D(x) learns too fast, G(z) "
            "never learns, and beta1 = 0.9 is a common cause. Look at `get_solvers` and at both losses, then train "
            "again."
        )

    def warn(self, text: str) -> None:
        """Print a warning and keep it."""
        self.warnings.append(text)
        print(text, flush=True)

    def note(self) -> str:
        """Return what the progress bar says beside the number of steps."""
        epoch = -(-self.done // self._steps_per_epoch)
        return f"epoch {epoch}, losses D {self.d_losses[-1]:.2f} G {self.g_losses[-1]:.2f}"

    def close(self) -> None:
        """Add the last snapshot, and stop the clock."""
        self.seconds_before, self._start = self.seconds, time.perf_counter()
        if self.snapshots[-1].step < self.done:
            self._snap()

    def run(self, **facts: Any) -> GanRun:
        """Report how long training took, up to `close` and in earlier sittings, and return the run."""
        step_ms = 1000 * self.seconds_before / self.done
        print(f"{self.done:,} steps in {duration(self.seconds_before)}, {step_ms:.0f} ms each; seed {facts['seed']}.")
        d_loss, g_loss = (np.mean(losses[-WATCHED_STEPS:]) for losses in (self.d_losses, self.g_losses))
        print(f"Mean losses of the last {min(self.done, WATCHED_STEPS)} steps: D {d_loss:.3f}, G {g_loss:.3f}.")
        return GanRun(
            discriminator=self._game.discriminator,
            generator=self._game.generator,
            d_losses=np.array(self.d_losses),
            g_losses=np.array(self.g_losses),
            snapshots=tuple(self.snapshots),
            steps_per_epoch=self._steps_per_epoch,
            wall_s=self.seconds_before,
            warnings=tuple(self.warnings),
            **facts,
        )

    def samples(self) -> np.ndarray:
        """Return what the generator makes now of the noise of the snapshots. Shape (16, 784), float32."""
        return np.asarray(self._game.generator(self._fixed_noise))

    def _snap(self) -> None:
        self.snapshots.append(Snapshot(self.done, self.samples()))


class Shown:
    """The progress bar, and in a notebook some digits of the generator that are replaced every few seconds."""

    def __init__(self, progress: Progress) -> None:
        """Show the bar."""
        self._progress = progress
        self.bar = ProgressBar(progress.steps, "steps", progress.done)
        self._picture, self._drawn = NotebookPicture(), 0.0

    def update(self, new_steps: int) -> None:
        """Show that so many steps more are done."""
        self.bar.set_postfix_str(self._progress.note(), refresh=False)
        self.bar.update(new_steps)
        if self._picture.is_shown and time.perf_counter() - self._drawn > SECONDS_BETWEEN_PICTURES:
            self._draw()

    def close(self) -> None:
        """Show how far it came."""
        self.bar.close()
        if self._picture.is_shown:
            self._draw()

    def _draw(self) -> None:
        digits = mosaic(self._progress.samples(), PICTURE_COLUMNS).repeat(PICTURE_SCALE, 0).repeat(PICTURE_SCALE, 1)
        stream = io.BytesIO()
        matplotlib.image.imsave(stream, digits, cmap="gray_r", vmin=-1, vmax=1, format="png")
        self._picture.show(stream.getvalue(), "digits of the generator")
        self._drawn = time.perf_counter()
