"""Run one suite in this process and write its result to a file: `python -m eval.alone PACKAGE NAME FILE`.

`eval.running` starts it. What the suite prints goes where it wants; only the file is read.
"""

import importlib
import sys
from pathlib import Path

from eval.suite import SuiteResult, suite


def main(package: str, name: str, file: str) -> int:
    """Run the suite of `PACKAGE.NAME.suite`.

    Raises:
        ValueError: the module registers no suite of its folder's name, or the result is another's.
    """
    importlib.import_module(f"{package}.{name}.suite")
    if name not in suite.known:
        raise ValueError(f'{package}/{name}/suite.py registers no suite "{name}": @suite("{name}") does')
    result: SuiteResult = suite.known[name]()
    if result.suite != name:
        raise ValueError(f'the suite {name} calls its result "{result.suite}"')
    Path(file).write_text(result.model_dump_json(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
