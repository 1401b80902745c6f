"""Run schemathesis over the whole OpenAPI document with all checks, against the application on a real server.

python -m tests.service.rest.schemathesis_run            # as continuous integration runs it: 2,000 cases and more
python -m tests.service.rest.schemathesis_run --quick    # a seeded sample, as the test suite runs it
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from research_agent.keys import ApiKeys
from research_agent.service.app import create_app
from research_agent.service.tenants import OWNERS
from research_agent.workspace import utc_now
from stand_ins import serving
from tests.service.conftest import CLOSED, open_small_store, small_settings
from tests.service.serving import served

LEAST_CASES = 2_000
SEED = 20_261_124
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")


EXCLUDED = {
    "use_after_free": "DELETE /v1/runs/{run} cancels a run and its handle stays, as the document says: a run that was "
    "cancelled can be looked at and started again.",
}
"""Checks that are not run, and why."""

CONFIGURATION = """
seed = {seed}
hooks = {hooks}
continue-on-failure = true
request-timeout = 60.0

[generation]
database = "none"
max-examples = {examples}

[phases.stateful]
enabled = {stateful}
[phases.coverage]
enabled = {coverage}

# Names of what is there, for half of the cases: a made-up name is always unknown.
[dictionaries.guides]
values = ["agreement-between-machines"]
[dictionaries.domains]
values = ["1", "2", "3"]
[dictionaries.sources]
values = ["ongaro-2014-raft"]
[dictionaries.rubrics]
values = ["lmu", "mandalios"]
[dictionaries.models]
values = ["claude", "gpt"]
[dictionaries.bibliographies]
values = [{bibliography}]

[parameters]
"path.guide" = {{ dictionary = "guides", probability = 0.7 }}
"query.guide" = {{ dictionary = "guides", probability = 0.7 }}
"path.domain" = {{ dictionary = "domains", probability = 0.7 }}
"query.domain" = {{ dictionary = "domains", probability = 0.7 }}
"path.source" = {{ dictionary = "sources", probability = 0.7 }}
"path.rubric" = {{ dictionary = "rubrics", probability = 0.7 }}
"query.rubric" = {{ dictionary = "rubrics", probability = 0.7 }}
"path.model" = {{ dictionary = "models", probability = 0.7 }}
"path.bibliography" = {{ dictionary = "bibliographies", probability = 0.7 }}
"""


class Outcome(NamedTuple):
    """What a run of schemathesis came to."""

    passed: bool
    cases: int
    told: str


def run(folder: Path, *, quick: bool) -> Outcome:
    """Start the application on a new store in the folder, and let schemathesis at it."""
    with open_small_store(folder / "store" / OWNERS / "ada") as workspace:
        workspace.research_all()
        edition = workspace.library.runs(workspace.guide.id, "1")[0].id
    directory = folder / "store"
    key = ApiKeys(directory, clock=utc_now).create("ada", ["research"]).token
    file, report = folder / "schemathesis.toml", folder / "report.json"
    file.write_text(
        CONFIGURATION.format(
            seed=SEED,
            hooks=json.dumps(str(HOOKS)),
            examples=4 if quick else 25,
            stateful=json.dumps(not quick),
            coverage=json.dumps(not quick),
            bibliography=json.dumps(edition),
        )
    )
    with (
        serving() as stand_ins,
        served(create_app(small_settings(directory, stand_ins=stand_ins.address), CLOSED)) as address,
    ):
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(file), "run"),
            *(f"{address}/openapi.json", "--header", f"Authorization: Bearer {key}", "--no-color"),
            *("--checks", "all", "--exclude-checks", ",".join(EXCLUDED)),
            *("--report", "json", "--report-json-path", str(report)),
        ]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    cases = json.loads(report.read_text())["test_cases"]["generated"] if report.exists() else 0
    return Outcome(ran.returncode == 0, cases, ran.stdout + ran.stderr)


def main() -> int:
    """Run it and say how it went; 1: something is wrong, or it was looked at too little."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a seeded sample")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), quick=quick)
    sys.stdout.write(outcome.told)
    for check, reason in EXCLUDED.items():
        sys.stdout.write(f"Not run: {check}. {reason}\n")
    sys.stdout.write(f"{outcome.cases:,} cases\n")
    return 0 if outcome.passed and (quick or outcome.cases >= LEAST_CASES) else 1


if __name__ == "__main__":
    sys.exit(main())
