"""Read a guide: YAML as we keep it, Markdown as people write it. Importing this loads no parser."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from research_agent.guide.defaults import Defaults, default_methodology
    from research_agent.guide.markdown import import_guide
    from research_agent.guide.read import read_guide
    from research_agent.guide.write import guide_to_yaml

_HOMES = {
    "Defaults": "defaults",
    "default_methodology": "defaults",
    "guide_to_yaml": "write",
    "import_guide": "markdown",
    "read_guide": "read",
}

__all__ = ["Defaults", "default_methodology", "guide_to_yaml", "import_guide", "read_guide"]


def __getattr__(name: str) -> object:
    """Load a public name from its home on first use."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
