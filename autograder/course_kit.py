"""The course's own hw4kit, for the engine: what students run, run by the grader on data of its own."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from .model.errors import ConfigError

KIT = "hw4kit"


@lru_cache
def module(source_dir: Path, name: str) -> ModuleType | None:
    """Import one module of a course's kit; None if the kit has none of that name.

    The kit gets a name of its own, and is not found by way of sys.path: that would let every module of the course's
    folder shadow one of ours, and one process could know one course only.

    Args:
        source_dir: Folder of the assignment's source, `Assignment.source_dir`.
        name: Of a module or package in the kit, which imports its neighbours by relative names.

    Raises:
        ConfigError: It cannot be imported.
    """
    kit_dir = source_dir / KIT
    if not any((kit_dir / file).is_file() for file in (f"{name}.py", f"{name}/__init__.py")):
        return None
    package = f"{__package__}._kit_{hashlib.sha256(str(kit_dir).encode()).hexdigest()[:12]}"
    try:
        if package not in sys.modules:
            _import_package(package, kit_dir)
        return importlib.import_module(f"{package}.{name}")
    except Exception as error:
        sys.modules.pop(package, None)
        raise ConfigError(f"{kit_dir / name} cannot be imported: {type(error).__name__}: {error}") from error


def _import_package(package: str, kit_dir: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        package, kit_dir / "__init__.py", submodule_search_locations=[str(kit_dir)]
    )
    assert spec is not None
    assert spec.loader is not None
    sys.modules[package] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[package])
