"""Find the data that ships with the package: `prompts/` and `corpus/`.

In a checkout they lie at its top; a wheel carries them inside the package.
"""

from pathlib import Path
from typing import Literal

from research_agent.errors import DataError

_PACKAGE = Path(__file__).parent


def resource(tree: Literal["prompts", "corpus"], *parts: str) -> Path:
    """The path of a shipped file or folder, for instance `resource("corpus", "guide.yaml")`.

    Raises:
        DataError: the installation lacks it.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parents[1]):
        path = root.joinpath(tree, *parts)
        if path.exists():
            return path
    name = "/".join((tree, *parts))
    raise DataError(
        f"This installation lacks {name}. Install it again: pip install --force-reinstall research-agent-mcp."
    )
