"""Python code in a course folder, loaded as a package under a name of its own.

Nothing is found by way of sys.path: that would let each module of the course folder shadow one of the engine, and one
process could know one course only.
"""

import hashlib
import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from ..model.errors import ConfigError

PACKAGE_DIR = Path(__file__).resolve().parents[1]
PACKAGE = __package__.partition(".")[0]


def module(folder: Path | None, name: str) -> ModuleType | None:
    """Import one module of a package in a course folder, such as `training` or `checks.reference`.

    None if there is no such folder or module. It imports its neighbours by relative names.
    Raises ConfigError when it cannot be imported.
    """
    if folder is None:
        return None
    file = folder.joinpath(*name.split("."))
    if not file.with_name(f"{file.name}.py").is_file() and not (file / "__init__.py").is_file():
        return None
    try:
        return importlib.import_module(f"{_package(folder)}.{name}")
    except Exception as error:
        raise ConfigError(f"{file} cannot be imported: {type(error).__name__}: {error}") from error


def _package(folder: Path) -> str:
    """Return the name under which the package is imported, for which it needs no __init__.py."""
    if folder.resolve().is_relative_to(PACKAGE_DIR):  # part of this package: it is in memory once
        return ".".join((PACKAGE, *folder.resolve().relative_to(PACKAGE_DIR).parts))
    name = f"{__package__}._{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}_{folder.name}"
    if name not in sys.modules:
        sys.modules[name] = importlib.util.module_from_spec(spec := _spec(name, folder))
        try:
            if spec.loader is not None:
                spec.loader.exec_module(sys.modules[name])
        except BaseException:
            del sys.modules[name]
            raise
    return name


def _spec(name: str, folder: Path) -> ModuleSpec:
    if (folder / "__init__.py").is_file():
        found = importlib.util.spec_from_file_location(name, folder / "__init__.py")
        assert found is not None
        return found
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    return spec
