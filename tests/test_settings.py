from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent.settings import Settings


def test_a_variable_sets_a_field_and_an_argument_wins_over_it() -> None:
    environ = {"RESEARCH_AGENT_DATA_DIR": "/data", "RESEARCH_AGENT_STYLE": "ieee", "HOME": "/home/x"}
    settings = Settings.from_environment(environ, style="chicago", guide=None)
    assert (settings.data_dir, settings.style, settings.guide) == (Path("/data"), "chicago", "")


def test_a_misspelt_variable_is_refused_with_the_near_match() -> None:
    with pytest.raises(UsageError, match="RESEARCH_AGENT_DATA_DIR"):
        Settings.from_environment({"RESEARCH_AGENT_DATADIR": "/data"})


def test_a_value_that_is_no_number_is_named() -> None:
    with pytest.raises(UsageError, match="RESEARCH_AGENT_LOCK_WAIT"):
        Settings.from_environment({"RESEARCH_AGENT_LOCK_WAIT": "soon"})
