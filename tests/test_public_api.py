"""The public API: what is exported, that importing it costs nothing, and that its documented use works."""

import subprocess
import sys
from pathlib import Path

import pytest

import research_agent

HEAVY = ("chromadb", "numpy", "onnxruntime", "tokenizers", "sqlalchemy", "highspy", "citeproc", "pydantic", "yaml")


def test_every_public_name_is_there() -> None:
    for name in research_agent.__all__:
        assert getattr(research_agent, name) is not None
    assert set(research_agent.__all__) <= set(dir(research_agent))
    assert set(research_agent.__all__) == set(research_agent._HOMES)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Wurkspace'"):
        _ = research_agent.Wurkspace


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = f"import sys, research_agent; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from research_agent.cli.app import run; run(['--help']); "
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_warm_run_loads_neither_chroma_nor_a_model(filled_store: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from research_agent.cli.app import run; "
        f"run(['research', '2', '--out', {str(tmp_path / 'out')!r}]); "
        "print([m for m in ('chromadb', 'onnxruntime', 'tokenizers') if m in sys.modules], file=sys.stderr)"
    )
    environment = {"RESEARCH_AGENT_DATA_DIR": str(filled_store), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stderr.strip() == "[]"


def test_the_documented_example_runs(filled_store: Path, tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "python-api.md").read_text(encoding="utf-8")
    example = page.split("```python\n")[1].split("```")[0]
    environment = {"RESEARCH_AGENT_DATA_DIR": str(filled_store), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            example.replace('Settings(style="ieee")', f'Settings(style="ieee", data_dir={str(filled_store)!r})'),
        ],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    assert "optimal 30" in done.stdout
    assert list((tmp_path / "out").glob("*/bibliography.md"))
