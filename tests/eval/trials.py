"""Suites of the tests' own: small ones that meet, miss, break and hang, in a folder like that of the real ones."""

from pathlib import Path

from eval.running import SuiteFolder

_HEAD = """from eval.suite import Failure, Score, SuiteResult, interval, suite


@suite("{name}")
def measured():
    return SuiteResult(suite="{name}", title="Trial?", {rest})
"""
_MET = 'scores=(Score(name="share", value=0.9, low=0.8, high=1.0, cases=10, at_least=0.7),)'
_MISSED = (
    'scores=(Score(name="share", value=0.4, low=0.3, high=0.5, cases=10, at_least=0.7),), '
    'failures=(Failure(case="case-7", expected="one work", came="two works", why="a rule is broken"),)'
)
_BOUND = 'scores=(Score(name="bound", value=interval([0, 1, 1, 0, 1])[0], cases=5, at_least=0),)'
SUITES = {
    "met": _HEAD.format(name="met", rest=_MET),
    "missed": _HEAD.format(name="missed", rest=_MISSED),
    "skipped": _HEAD.format(name="skipped", rest='scores=(), skipped="there is no key"'),
    "without_threshold": _HEAD.format(
        name="without_threshold", rest='scores=(Score(name="share", value=0.4, cases=10),)'
    ),
    "same_names": _HEAD.format(
        name="same_names", rest='scores=(Score(name="share", value=1, cases=1, at_least=1),) * 2'
    ),
    "raising": '"""The suite "raising": does its error harm others?"""\nraise RuntimeError("no data")\n',
    "dying": "import os\n\nos._exit(9)\n",
    "hanging": "import time\n\ntime.sleep(600)\n",
    "under_another_name": _HEAD.format(name="other", rest=_MET),
    "chatty": "print('{}')\n" + _HEAD.format(name="chatty", rest=_MET),
    "surroundings": (
        "import os\n"
        + _HEAD.format(
            name="surroundings",
            rest='scores=(Score(name="settings", value=sum(n.startswith("RESEARCH_AGENT_") for n in os.environ), '
            "cases=1, at_most=0),)",
        )
    ),
    "seeded": _HEAD.format(name="seeded", rest=_BOUND),
    "seeded_too": _HEAD.format(name="seeded_too", rest=_BOUND),
    "asking": "from eval.models import Asking\n"
    + _HEAD.format(name="asking", rest=f"{_MET}, leaks=('{{}} for {{}}'.format(*Asking.from_environment()),)"),
}


def trial_suites(root: Path, *names: str) -> SuiteFolder:
    """A folder with these suites; all, if none is named."""
    for name in names or SUITES:
        folder = root / "trial" / name
        folder.mkdir(parents=True)
        (folder / "suite.py").write_text(SUITES[name], encoding="utf-8")
    return SuiteFolder(root, "trial")
