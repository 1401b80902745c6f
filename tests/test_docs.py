"""The documents: links lead somewhere, commands exist, nothing names a machine."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_to_files(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", text)
    dead = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert dead == []


def test_every_command_of_the_readme_exists() -> None:
    from typer.main import get_command

    from research_agent.cli.app import app

    known = set(getattr(get_command(app), "commands"))  # noqa: B009 - a group's, which typer's type hides
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    used = set(re.findall(r"^research-agent ([a-z]+)", text, flags=re.MULTILINE))
    assert used
    assert used <= known


INDEXES = ("pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org", "npm" + "js.com")


@pytest.mark.parametrize("folder", ["corpus", "docs", "prompts"])
def test_no_file_sends_a_reader_to_a_package_index(folder: str) -> None:
    """A library is cited by its documentation or its repository; an index's own blog is a work like any other."""
    found = [
        f"{path.name}: {match[0]}"
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".md", ".yaml", ".json", ".jsonl", ".j2"}
        for match in re.finditer(
            rf"(?<![\w.])(?:www\.)?(?:{'|'.join(map(re.escape, INDEXES))})/?\S{{0,40}}",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert found == []
