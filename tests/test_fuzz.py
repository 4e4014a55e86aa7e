"""Whatever bytes arrive, a result or one clear sentence comes out; `make fuzz` goes on for as long as one likes."""

from __future__ import annotations

import os
from collections.abc import Iterator

import fuzz_targets
import pytest
from hypothesis import given, settings

EXAMPLES = int(os.environ.get("HW4_FUZZ", "0"))


@pytest.fixture(scope="module", autouse=True)
def _processes() -> Iterator[None]:
    yield
    fuzz_targets.close()


@pytest.mark.parametrize("target", fuzz_targets.TARGETS, ids=lambda target: target.name)
def test_any_bytes_end_in_a_result_or_a_sentence(target: fuzz_targets.Target) -> None:
    """Damaged files of every kind that strangers send."""
    settings(max_examples=EXAMPLES or target.examples)(given(target.inputs)(target.check))()


@pytest.mark.parametrize("target", fuzz_targets.TARGETS, ids=lambda target: target.name)
def test_honest_bytes_pass(target: fuzz_targets.Target) -> None:
    """Each seed is what it is meant to be, or damaging it would prove nothing."""
    for seed in target.seeds():
        target.check(seed)
