"""A client that a program of others generates from our document drives every operation."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.service.rest.generated_client import drive_here, write_document

GENERATOR = os.environ.get("OPENAPI_PYTHON_CLIENT", "") or shutil.which("openapi-python-client")
CONFIGURATION = Path(__file__).with_name("openapi-python-client.yaml")


@pytest.mark.skipif(
    not GENERATOR, reason="openapi-python-client is not on the PATH, nor named by OPENAPI_PYTHON_CLIENT"
)
def test_a_generated_client_drives_every_operation(tmp_path: Path) -> None:
    document, client = tmp_path / "openapi.json", tmp_path / "client"
    write_document(document, tmp_path / "store")
    command = [str(GENERATOR), "generate", "--path", str(document), "--output-path", str(client)]
    made = subprocess.run([*command, "--config", str(CONFIGURATION)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "Endpoint will not be generated" not in made.stdout
    assert len(drive_here(client, tmp_path / "shared")) > 30
