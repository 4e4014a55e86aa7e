"""How long does the GAN of Part I train? The notebook's whole workload, and the eager loop beside it.

    python bench/gan_training.py [--quick]

The workload is what the notebook's training cell does with right functions: building, compiling, all steps, snapshots.
The eager loop does the same steps uncompiled, fewer of them, half before the workload and half after it; its time for
a step is without setting up. So the ratio, how many times as fast as the eager loop the kit is, counts everything for
the kit and nothing but steps for the eager loop.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from notebook_code import arguments_in, solved

EAGER_STEPS = 60  # each time; about 6 s
QUICK_EPOCHS = 1


@dataclass(frozen=True)
class Measured:
    """A training run: its steps, its wall and processor time, and the time of one step without setting up."""

    steps: int
    wall_s: float
    core_s: float
    step_s: float


class Clock:
    """Wraps sample_noise, which training calls for each update, to see when the steps happen."""

    def __init__(self, sample_noise: Any) -> None:
        """Wrap the function."""
        self._sample_noise, self.times = sample_noise, []

    def __call__(self, batch_size: int, dim: int) -> Any:
        """Draw noise and note the time."""
        self.times.append(time.perf_counter())
        return self._sample_noise(batch_size, dim)


def measure(functions: tuple, images: np.ndarray, keywords: dict[str, Any]) -> Measured:
    """Train once."""
    from hw4kit.gan_training import train_gan

    *others, sample_noise = functions
    clock = Clock(sample_noise)
    core_s = time.process_time()
    run = train_gan(*others, clock, images, **keywords)
    core_s = time.process_time() - core_s
    steps = len(run.d_losses)
    begins = clock.times[-2 * steps :: 2]  # two calls a step
    step_s = (begins[-1] - begins[0]) / (steps - 1) if keywords.get("eager") else run.wall_s / steps
    return Measured(steps, run.wall_s, core_s, step_s)


def real_or_random_images() -> np.ndarray:
    """Return the images of MNIST, or as many random ones where it is missing: the time does not depend on them."""
    from hw4kit.data import DataMissing, load_mnist

    try:
        return load_mnist()
    except DataMissing as missing:
        print(f"{missing} Random images of the same number take its place.")
        return np.random.default_rng(0).uniform(-1, 1, (60_000, 784)).astype(np.float32)


def main() -> None:
    """Measure, print the table and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Measure the GAN training of Part I.")
    parser.add_argument("--quick", action="store_true", help="one epoch; the workload is then worked out from it")
    quick = parser.parse_args().quick
    names = solved("hw4_partI")
    names["images"] = real_or_random_images()
    (*functions, images), keywords = arguments_in("hw4_partI", "train_gan", "train_gan", names)
    keywords = keywords | {"checkpoint": None}  # a run that is read would show no pace
    batch = keywords["batch_size"]
    workload_steps = keywords["epochs"] * (len(images) // batch)

    eager_images, eager_keywords = images[: EAGER_STEPS * batch], {**keywords, "epochs": 1, "eager": True}
    eager = [measure(tuple(functions), eager_images, eager_keywords)]
    kit = measure(tuple(functions), images, {**keywords, "epochs": QUICK_EPOCHS} if quick else keywords)
    eager.append(measure(tuple(functions), eager_images, eager_keywords))

    eager_step_s = sum(run.step_s for run in eager) / len(eager)
    workload_s = kit.wall_s * workload_steps / kit.steps
    print(f"\n{'':<24}{'steps':>8}{'wall s':>9}{'core s':>9}{'ms a step':>11}")
    rows = {"the notebook's training": kit, "eager loop, before": eager[0], "eager loop, after": eager[1]}
    for name, run in rows.items():
        print(f"{name:<24}{run.steps:>8,}{run.wall_s:>9.1f}{run.core_s:>9.1f}{1000 * run.step_s:>11.1f}")
    print(f"Whole workload, {workload_steps:,} steps: {workload_s:.0f} s{' (worked out)' * quick}.")
    figures = {
        "workload_s": round(workload_s, 1),
        "ratio_vs_eager": round(eager_step_s / kit.step_s, 2),
        "steps": workload_steps,
        "step_ms": round(1000 * kit.step_s, 2),
        "eager_step_ms": round(1000 * eager_step_s, 2),
        "core_s": round(kit.core_s * workload_steps / kit.steps, 1),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "quick": quick,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
