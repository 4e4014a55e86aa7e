"""Does the labs' L2 attack find what another implementation of Carlini and Wagner's paper finds?

    python bench/carlini_wagner.py [--images 20] [--steps 9] [--iterations 1000] [--paper]

Foolbox (`pip install -e .[bench]`) attacks the same network, with the same images, targets and settings. A line for
each attack says its success, the mean distance and the processor time; the last line compares image by image. `--paper`
takes the paper's 20 constants of 10,000 iterations, Adam's rate .01 and the first c .001 of the authors' program.

Both abort a constant early, at the same checks and by the same rule. Foolbox tries, as the authors' program does with
ten constants or more, the largest constant known to work again as its last one; here the search goes on to the end.
MNIST is read from $HW4_DATA, or from where the homework keeps it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))

import numpy as np
import tensorflow as tf
from hw4kit.labs.attacked import margin
from hw4kit.labs.carlini_wagner import Settings, l2_attack
from hw4kit.labs.digits import load_digits
from hw4kit.labs.networks import Classifier, Recipe, classifier

SEED = 18739
PAPER_STEPS, PAPER_ITERATIONS = 20, 10_000
NO_FOOLBOX = "Foolbox is not installed, so there is nothing to compare with: python -m pip install -e '.[bench]'"


def here(network: Classifier, images: np.ndarray, targets: np.ndarray, settings: Settings) -> np.ndarray:
    """Return what the labs' attack finds."""
    return l2_attack(
        network.logits, lambda z, t: tf.nn.relu(-margin(z, t)), images, targets, settings=settings
    ).images  # fmt: skip


def foolbox(network: Classifier, images: np.ndarray, targets: np.ndarray, settings: Settings) -> np.ndarray:
    """Return what Foolbox's attack finds."""
    from foolbox import TargetedMisclassification, TensorFlowModel
    from foolbox.attacks import L2CarliniWagnerAttack

    inputs = tf.keras.Input((images.shape[1],))
    model = TensorFlowModel(tf.keras.Model(inputs, tf.keras.layers.Lambda(network.logits)(inputs)), bounds=(0, 1))
    attack = L2CarliniWagnerAttack(
        binary_search_steps=settings.binary_search_steps, steps=settings.iterations,
        stepsize=settings.learning_rate, initial_const=settings.initial_constant, abort_early=settings.abort_early,
    )  # fmt: skip
    return attack.run(model, tf.constant(images), TargetedMisclassification(tf.constant(targets))).numpy()


def judged(network: Classifier, adversarial: np.ndarray, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the distance of each image that the network takes for its target, nan elsewhere."""
    arrays = [array.numpy().astype(np.float64) for array in network.arrays]
    x = adversarial.astype(np.float64)
    for weights, bias in zip(arrays[:-2:2], arrays[1:-2:2], strict=True):
        x = np.maximum(x @ weights + bias, 0)
    is_target = (x @ arrays[-2] + arrays[-1]).argmax(axis=1) == targets
    return np.where(is_target, np.linalg.norm(adversarial.astype(np.float64) - images, axis=1), np.nan)


def main() -> int:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=20)
    parser.add_argument("--steps", type=int, default=9)
    parser.add_argument("--iterations", type=int, default=1000)
    parser.add_argument("--paper", action="store_true", help="the paper's setting, which takes an hour")
    args = parser.parse_args()
    steps, iterations = (PAPER_STEPS, PAPER_ITERATIONS) if args.paper else (args.steps, args.iterations)
    settings = Settings(steps, iterations, learning_rate=0.01, initial_constant=1e-3)
    digits = load_digits()
    network = classifier(digits, Recipe(seed=SEED))
    is_right = network.predict(digits.test_images) == digits.test_labels
    images, labels = digits.test_images[is_right][: args.images], digits.test_labels[is_right][: args.images]
    targets = (labels + np.random.default_rng(SEED).integers(1, 10, size=len(labels))) % 10
    print(f"{len(images)} images of {digits.title}, {steps} constants, at most {iterations:,} iterations each")
    found: dict[str, np.ndarray] = {}
    attacks: dict[str, Callable[..., np.ndarray]] = {"here": here, "Foolbox": foolbox}
    for name, attack in attacks.items():
        begin = time.process_time()
        try:
            adversarial = attack(network, images, targets, settings)
        except ModuleNotFoundError as error:
            print(f"{NO_FOOLBOX} ({error})")
            return 1
        seconds = time.process_time() - begin
        found[name] = judged(network, adversarial, images, targets)
        success, mean = np.isfinite(found[name]).mean(), np.nanmean(found[name])
        print(
            f"{name:<8} success {success:.1%}, mean distance {mean:.4f}, {seconds:.0f} s of processor time", flush=True
        )
    ratio = found["here"] / found["Foolbox"]
    ratio = ratio[np.isfinite(ratio)]
    print(f"distance here / distance by Foolbox: mean {ratio.mean():.4f}, from {ratio.min():.4f} to {ratio.max():.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
