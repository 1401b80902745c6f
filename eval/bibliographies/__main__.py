"""Tell how the bibliographies differ from the accepted ones, or accept them as they are."""

import argparse
import sys
from collections.abc import Sequence

from eval.bibliographies.changes import cause, difference
from eval.bibliographies.golden import read_golden, write_golden
from eval.bibliographies.making import Made, make
from eval.corpus import shipped_workspace
from research_agent.errors import ResearchAgentError


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare or accept; 0 where nothing differs or all was accepted, 1 where something differs, 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m eval.bibliographies", description=__doc__)
    parser.add_argument("do", nargs="?", choices=("compare", "accept"), default="compare")
    parser.add_argument("domains", nargs="*", metavar="DOMAIN", help="ids, slugs or names; none: all")
    asked = parser.parse_args(arguments)
    try:
        with shipped_workspace() as workspace:
            made = make(workspace, asked.domains)
        if asked.do == "accept":
            for one in made:
                _accept(one)
            return 0
        return int(sum(map(_tell, made)) > 0)
    except ResearchAgentError as error:
        print(error, file=sys.stderr)
        return 2


def _accept(made: Made) -> None:
    changed = _changed(made)
    path = write_golden(made)
    print(f"{path.name}: accepted" + (f"\n{changed}" if changed else ", the same choice"))


def _tell(made: Made) -> bool:
    changed = _changed(made)
    print(changed or f"domain {made.domain.id}, {made.domain.name}: the accepted one", end="\n\n" if changed else "\n")
    return bool(changed)


def _changed(made: Made) -> str:
    golden = read_golden(made.domain)
    if golden is None:
        return f"domain {made.domain.id}, {made.domain.name}: none was accepted yet"
    changed = difference(golden, made)
    return f"{changed}\nbecause {cause(golden, made)}" if changed else ""


if __name__ == "__main__":
    sys.exit(main())
