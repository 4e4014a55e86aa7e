"""Check the formulas of the derivations with the checker that students have: `formula` in the assignment's hw4kit.

The text is hostile, and is read here, in the process that holds the grades. The checker parses it with a grammar of its
own and runs none of it; it takes at most 4,000 characters, 800 tokens, 20 nested brackets and 140,000 steps of
arithmetic a formula, which is half a second.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from ..errors import ConfigError
from . import sheets

KIT = "hw4kit"
CHECKER = "formula"
STATES = ("right", "wrong", "undecided", "empty")


@dataclass(frozen=True)
class FormulaCheck:
    """What the checker says of one formula: the fields `formula` and `diagnosis` of report.Awaiting."""

    formula: str  # one of STATES
    diagnosis: str  # one line, printable; it may quote 20 characters of the student's


def examine(answers: Mapping[str, str], item_ids: Iterable[str], source_dir: Path) -> dict[str, FormulaCheck]:
    """Return what the checker says of each item's formula.

    Never raises for a fault in the submission. What the checker cannot decide, its own failure included, is
    "undecided": a person marks the item in any case. Raises ConfigError when the assignment's checker cannot be loaded.

    Args:
        answers: The student's answers by item, as `sheets.read_filled` found them; a missing one counts as empty.
        item_ids: The items that ask for a formula.
        source_dir: Folder of the assignment's source, `Assignment.source_dir`.
    """
    checker = _load(source_dir / KIT)
    return {item_id: _check(checker, item_id, answers.get(item_id, "")) for item_id in item_ids}


def _check(checker: ModuleType | None, item_id: str, answer: str) -> FormulaCheck:
    if checker is None or item_id not in checker.ITEMS:
        return FormulaCheck("undecided", "There is no checker for this formula; a person decides.")
    try:
        result = checker.check(item_id, sheets.formula_of(answer))
    except Exception as error:  # a fault of ours: it must cost neither the item nor the rest of the submission
        return FormulaCheck("undecided", f"The checker itself failed ({type(error).__name__}); a person decides.")
    return FormulaCheck(result.status, result.diagnosis)


@lru_cache
def _load(kit_dir: Path) -> ModuleType | None:
    """Import the checker of one course under a name of its own; None if the course has none.

    Not by way of sys.path: that would let every module of the course's folder shadow one of ours, and one process could
    know one course only.
    """
    if not (kit_dir / CHECKER / "__init__.py").is_file():
        return None
    name = f"{__package__}._kit_{hashlib.sha256(str(kit_dir).encode()).hexdigest()[:12]}"
    init = kit_dir / "__init__.py"
    try:
        spec = importlib.util.spec_from_file_location(name, init, submodule_search_locations=[str(kit_dir)])
        assert spec is not None
        assert spec.loader is not None
        package = importlib.util.module_from_spec(spec)
        sys.modules[name] = package
        spec.loader.exec_module(package)
        return importlib.import_module(f"{name}.{CHECKER}")
    except Exception as error:
        sys.modules.pop(name, None)
        raise ConfigError(f"{kit_dir / CHECKER} cannot be imported: {type(error).__name__}: {error}") from error
