"""What the tests of REST have in common: the small guide's addresses, bodies, and a run that is waited for."""

import json
import time
from collections.abc import Mapping
from typing import Any

from starlette.testclient import TestClient

from tests.service.rest.schemathesis_hooks import RECORD as RECORD_FIELDS

GUIDE = "/v1/guides/agreement-between-machines"
DOMAIN = f"{GUIDE}/domains/1"
SOURCE = "ongaro-2014-raft"
PIN = {"action": "pin", "source": SOURCE}
RECORD = (json.dumps(RECORD_FIELDS) + "\n").encode()
JSON_LINES = {"content-type": "application/jsonl"}
LONG = 60.0
"""Seconds that a test waits for what takes one; reached only where it would never come."""


def finished(client: TestClient, asked: Mapping[str, str]) -> dict[str, Any]:
    """The run that is asked for, when it has ended."""
    run: dict[str, Any] = client.post("/v1/runs", json=dict(asked)).json()
    end = time.monotonic() + LONG
    while run["state"] not in ("done", "failed", "cancelled"):
        assert time.monotonic() < end, run
        time.sleep(0.02)
        run = client.get(run["links"]["self"]).json()
    return run
