"""Settings: read once from the environment, handed in everywhere, never looked up as a global."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError

from research_agent.errors import UnknownNameError, UsageError
from research_agent.model.base import Record

PREFIX = "RESEARCH_AGENT_"
APPLICATION = "research-agent"


def default_data_directory() -> Path:
    """Where this platform keeps an application's data (`~/.local/share/research-agent` on Linux)."""
    from platformdirs import user_data_path

    return user_data_path(APPLICATION, appauthor=False)


class Settings(Record):
    """What a user can set; each field is the environment variable RESEARCH_AGENT_<FIELD>."""

    data_dir: Path = Field(
        default_factory=default_data_directory, description="Folder of the catalogue and the indexes."
    )
    guide: str = Field(default="", description="Path of a guide, or id of an imported one; empty: the shipped guide.")
    model: str = Field(default="claude", description="Model profile of prompts.")
    style: str = Field(default="apa", description="Citation style: apa, ieee or chicago.")
    rubric: str = Field(default="", description="Reading of RADAR; empty: the guide's own choice.")
    embedder: str = Field(default="minilm", description="Embedding function: minilm, or one of Chroma's by name.")
    embedder_options: str = Field(default="{}", description="JSON object of arguments for that function.")
    chroma: str = Field(default="", description="host:port of a Chroma server; empty: embedded in this process.")
    lock_wait: float = Field(
        default=30.0,
        ge=0,
        le=86_400,
        allow_inf_nan=False,
        description="Seconds to wait for another process that writes.",
    )
    contact: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+|https?://[A-Za-z0-9._~:/?#!$&'*+=%-]+)?$",
        description="Mail address or page that services can write to; goes into the User-Agent of every request.",
    )
    github_token: SecretStr = Field(default=SecretStr(""), description="Token of GitHub: more requests an hour.")
    openalex_key: SecretStr = Field(default=SecretStr(""), description="Key of OpenAlex: a larger daily budget.")
    semantic_scholar_key: SecretStr = Field(
        default=SecretStr(""), description="Key of Semantic Scholar: a pool of one's own."
    )
    stack_exchange_key: SecretStr = Field(default=SecretStr(""), description="Key of Stack Exchange: 10,000 a day.")
    brave_key: SecretStr = Field(default=SecretStr(""), description="Key of Brave Search.")
    tavily_key: SecretStr = Field(default=SecretStr(""), description="Key of Tavily.")
    exa_key: SecretStr = Field(default=SecretStr(""), description="Key of Exa.")
    searxng: str = Field(default="", pattern=r"^(https?://\S+)?$", description="Address of a SearXNG of one's own.")
    stand_ins: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Address under which stand-ins of all services answer, each in a folder of its connector's name; "
        "empty: the services themselves are asked.",
    )
    search_seconds: float = Field(
        default=120.0,
        ge=5,
        le=3_600,
        allow_inf_nan=False,
        description="Seconds that a search of live sources may take.",
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None, /, **given: object) -> Self:
        """Settings from RESEARCH_AGENT_* variables (an empty one is unset); what is `given` and not None wins.

        Raises:
            UsageError: a variable has a value that can't be read, or a name that is not a setting.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, object] = {}
        for variable, value in environ.items():
            if not variable.startswith(PREFIX) or not value:
                continue
            field = variable.removeprefix(PREFIX).lower()
            if field not in cls.model_fields:
                raise UnknownNameError("setting", variable, (PREFIX + name.upper() for name in cls.model_fields))
            values[field] = value
        values.update({field: value for field, value in given.items() if value is not None})
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = "; ".join(f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
            raise UsageError(f"A setting can't be read. {problems}.") from error
