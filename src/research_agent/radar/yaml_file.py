"""Read a YAML file of plain data, and say what is wrong with one. Uses libyaml where it is there, ten times as fast."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from research_agent.errors import DataError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> object:
    """The file's data.

    Raises:
        OSError: it can't be read.
        yaml.YAMLError: it is not YAML.
    """
    return yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506 - both loaders are safe ones


def unusable(what: str, path: Path, error: Exception) -> DataError:
    """The error of a file that is missing or is not what it should be, with every fault by its place."""
    fault = str(error)
    if isinstance(error, ValidationError):
        faults = (
            f"{'.'.join(map(str, found['loc']))} {found['msg'].removeprefix('Value error, ')}".strip()
            for found in error.errors()
        )
        fault = "; ".join(faults)
    return DataError(f"{what} {path} can't be used: {fault}. Mend the file or restore it.")
