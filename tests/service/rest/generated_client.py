"""Drive every operation with a client that openapi-python-client generated from our OpenAPI document.

    python -m tests.service.rest.generated_client document FILE    # write the document
    openapi-python-client generate --path FILE --output-path FOLDER \\
        --config tests/service/rest/openapi-python-client.yaml
    python -m tests.service.rest.generated_client drive FOLDER     # start a server and drive it

Each operation is called as a program would call it, with the classes of the client, and has to answer with one of them.
"""

import importlib
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from research_agent import Settings
from research_agent.keys import ApiKeys
from research_agent.service.app import create_app
from research_agent.service.tenants import OWNERS
from research_agent.workspace import utc_now
from stand_ins import serving
from tests.service.conftest import CLOSED, open_small_store, small_settings
from tests.service.rest.schemathesis_hooks import MARKDOWN, RECORD, REPLY
from tests.service.serving import served

PACKAGE = "research_agent_client"
GUIDE, DOMAIN, SOURCE = "agreement-between-machines", "1", "ongaro-2014-raft"
PAPER = "10.5555/stand-in.1"
_WAIT = 60.0


class Driver:
    """Calls the operations of a generated client, and knows which it called."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.driven: set[str] = set()

    def call(self, operation: str, *path: str, expect: int = 200, **given: Any) -> Any:
        """What an operation answers, as a class of the client.

        Raises:
            AssertionError: it answered with another status, or with nothing that the client can read.
        """
        folder = next(one for one in operations() if one.rpartition(".")[2] == operation)
        module = importlib.import_module(f"{PACKAGE}.api.{folder}")
        answer = module.sync_detailed(*path, client=self._client, **given)
        assert answer.status_code == expect, f"{operation}: {answer.status_code} {answer.content[:500]!r}"
        self.driven.add(folder)
        return answer


def operations() -> set[str]:
    """The operations that the client has, as TAG.OPERATION."""
    package = importlib.import_module(f"{PACKAGE}.api")
    (root,) = (Path(path) for path in package.__path__)
    return {f"{file.parent.name}.{file.stem}" for file in root.glob("*/*.py") if file.stem != "__init__"}


def drive(address: str, key: str) -> set[str]:
    """Drive every operation of the client on the Python path; returns their names.

    Raises:
        AssertionError: one does not answer as the document says, or was not driven.
    """
    client_class = importlib.import_module(PACKAGE).AuthenticatedClient
    models = importlib.import_module(f"{PACKAGE}.models")
    file = importlib.import_module(f"{PACKAGE}.types").File
    client = client_class(base_url=address, token=key, timeout=_WAIT, raise_on_unexpected_status=True)
    driver = Driver(client)
    call = driver.call

    assert call("get_liveness").parsed.status.value == "alive"
    assert call("get_readiness").parsed.status.value == "ready"
    kinds = call("list_problems").parsed.problems
    assert call("get_problem", "not-found").parsed in kinds

    assert GUIDE in {one.id for one in call("list_guides").parsed.items}
    assert call("get_guide", GUIDE).parsed.id == GUIDE
    text = file(payload=io.BytesIO(MARKDOWN.encode()))
    assert call("import_guide", body=text, id="logs", expect=201).parsed.guide.id == "logs"
    assert {one.domain.id for one in call("list_domains", GUIDE).parsed.items} == {"1", "2", "3"}
    assert call("get_domain", GUIDE, DOMAIN).parsed.status.state.value == "none"

    assert call("list_rubrics").parsed.items
    assert call("get_rubric", "lmu").parsed.id == "lmu"
    assert call("list_models").parsed.items
    assert call("get_model", "claude").parsed.id == "claude"

    assert SOURCE in {one.id for one in call("list_sources", domain=DOMAIN).parsed.items}
    assert call("get_source", SOURCE, domain=DOMAIN).parsed.standing.evaluation.rubric == "lmu"
    records = file(payload=io.BytesIO((json.dumps(RECORD) + "\n").encode()))
    assert call("add_sources", body=records, expect=201, idempotency_key="k1").parsed.report.added == 1
    hits = call("search_library", query="replicated log", limit=3).parsed.hits
    assert len(hits) == 3
    assert all(hit.why for hit in hits)

    told = call("find_sources", body=models.LiveSearchAsked(text=PAPER, domain=DOMAIN), idempotency_key="k2").parsed
    assert [one.source.identifiers.doi for one in told.items] == [PAPER]
    assert told.items[0].told_by[0].service
    assert {one.state.value for one in told.services} >= {"answered", "not_asked"}

    decision = models.DecisionAsked(action=models.DecisionAskedAction.PIN, source=SOURCE)
    assert call("decide", GUIDE, DOMAIN, body=decision, expect=201).parsed.source == SOURCE
    assert [one.source for one in call("list_decisions", GUIDE, DOMAIN).parsed.items] == [SOURCE]
    assert len(call("undo_decisions", GUIDE, DOMAIN, SOURCE).parsed.decisions) == 1

    run = _done(call, models.RunAsked(domain=DOMAIN))
    assert SOURCE in {entry.source.id for entry in call("get_bibliography", GUIDE, DOMAIN).parsed.entries}
    (edition,) = call("list_bibliographies", GUIDE, DOMAIN).parsed.items
    assert edition.id == run.parts[0].bibliography
    assert call("get_bibliography_by_id", edition.id).parsed.domain == DOMAIN
    assert call("get_synthesis", GUIDE).parsed.domains == [DOMAIN]
    assert call("get_run_result", run.id).parsed.results[0].bibliography.domain == DOMAIN
    assert b"event: end" in call("follow_run", run.id).content
    assert run.id in {one.id for one in call("list_runs").parsed.items}
    assert call("cancel_run", run.id).parsed.state.value == "done"
    ban = models.DecisionAsked(action=models.DecisionAskedAction.BAN, source=SOURCE, reason="To see the difference.")
    call("decide", GUIDE, DOMAIN, body=ban, expect=201)
    _done(call, models.RunAsked(domain=DOMAIN))
    assert {one.source for one in call("get_difference", GUIDE, DOMAIN).parsed.removed} == {SOURCE}

    (prompt,) = call("get_prompts", GUIDE, DOMAIN).parsed.prompts
    asked = models.PromptAsked(models=["claude"])
    assert call("assemble_prompts", GUIDE, DOMAIN, body=asked).parsed.prompts[0].version == prompt.version
    report = call("check_reply", GUIDE, DOMAIN, body=models.RepliesAsked(texts=[REPLY])).parsed
    assert report.kind.value == "bibliography"

    problem = call("get_source", "no-such-source", expect=404).parsed
    assert isinstance(problem, models.ProblemDocument)

    left = operations() - driver.driven
    assert not left, f"never driven: {', '.join(sorted(left))}"
    return driver.driven


def _done(call: Callable[..., Any], asked: Any) -> Any:
    """The run that was asked for, when it is done."""
    run = call("start_run", body=asked, expect=202).parsed
    end = time.monotonic() + _WAIT
    while run.state.value != "done":
        assert time.monotonic() < end, f"run {run.id} is {run.state.value}"
        time.sleep(0.05)
        run = call("get_run", run.id).parsed
    return run


def drive_here(client: Path, folder: Path) -> set[str]:
    """Start a server on a new store in the folder, and drive it with the client in its folder."""
    sys.path.insert(0, str(client))
    try:
        open_small_store(folder / OWNERS / "ada").close()
        key = ApiKeys(folder, clock=utc_now).create("ada", ["research"]).token
        with (
            serving() as stand_ins,
            served(create_app(small_settings(folder, stand_ins=stand_ins.address), CLOSED)) as address,
        ):
            return drive(address, key)
    finally:
        sys.path.remove(str(client))


def write_document(file: Path, folder: Path) -> None:
    """Write the OpenAPI document of the application over a data directory."""
    file.write_text(json.dumps(create_app(Settings(data_dir=folder)).openapi()), encoding="utf-8")


def main(command: str, path: str) -> None:
    """Write the document, or drive a client."""
    with tempfile.TemporaryDirectory() as folder:
        if command == "document":
            write_document(Path(path), Path(folder))
        elif command == "drive":
            sys.stdout.write(f"{len(drive_here(Path(path), Path(folder)))} operations driven\n")
        else:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:3]) if len(sys.argv) == 3 else sys.exit(__doc__)
