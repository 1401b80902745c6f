"""What a type checker must infer of the public API. Checked by mypy in `make lint`; never run."""

from pathlib import Path
from typing import assert_type

from research_agent import Bibliography, Entry, Hit, Judgement, Prompt, Research, Settings, Source, Workspace, Written

with Workspace.open(Settings(style="ieee")) as workspace:
    assert_type(workspace, Workspace)
    research = workspace.research("2")
    assert_type(research, Research)
    assert_type(research.bibliography, Bibliography)
    assert_type(research.prompt, Prompt)
    for entry in research.bibliography.entries:
        assert_type(entry, Entry)
        assert_type(entry.source, Source)
        assert_type(entry.evaluation.judgement("authority"), Judgement)
    assert_type(workspace.write(research, Path("out")), tuple[Written, ...])
    assert_type(workspace.search("retries"), list[Hit])
    assert_type(workspace.source("x").year, int | None)
