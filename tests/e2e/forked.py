"""Run as a program: it runs command lines, each in a process forked from it, so that none pays for the imports.

Reads a JSON object a line: `arguments`, `environment`, `folder`, and the paths `stdin`, `stdout` and `stderr`. Writes
the exit code of each, a line; that of a process that a signal ended is negative.
"""

import io
import json
import os
import sys
from typing import Any, NoReturn


def main() -> None:
    """Do what the usage says, until standard input ends."""
    _import_what_commands_use()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(asked)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run(asked: dict[str, Any]) -> NoReturn:
    code: object = 1
    try:
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        _connect(asked)
        sys.argv = ["research-agent", *asked["arguments"]]
        from research_agent.cli import main as command

        command()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        # Nothing of the parent's is to be ended twice.
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _connect(asked: dict[str, Any]) -> None:
    """Give the process streams of its own, as a new interpreter has them."""
    made = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, (name, flags) in enumerate((("stdin", os.O_RDONLY), ("stdout", made), ("stderr", made))):
        opened = os.open(asked[name], flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    encoding = os.environ.get("PYTHONIOENCODING", "utf-8").partition(":")[0]
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding=encoding)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding=encoding)
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding=encoding, errors="backslashreplace")


def _import_what_commands_use() -> None:
    import chromadb  # noqa: F401 - for the children
    import citeproc  # noqa: F401 - for the children
    import highspy  # noqa: F401 - for the children
    import onnxruntime  # noqa: F401 - for the children
    import tantivy  # noqa: F401 - for the children

    import research_agent.cli.app
    import research_agent.research
    import research_agent.workspace  # noqa: F401 - for the children


if __name__ == "__main__":
    main()
