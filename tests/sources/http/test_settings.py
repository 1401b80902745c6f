"""Every limit of the client is documented with its default and its reason."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from research_agent.sources.http.exchange import ApiLimit
from research_agent.sources.http.settings import HttpSettings

PAGE = Path(__file__).parents[3] / "docs" / "http-client.md"


def rows(settings: BaseModel, within: str = "") -> Iterator[str]:
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, ApiLimit):
            limits = ", ".join(f"{rate.requests} in {rate.seconds:g} s" for rate in value.rates)
            yield f"| `{within}{name}` | {limits}; {value.at_once} at once | {field.description} |"
        elif isinstance(value, BaseModel):
            yield from rows(value, f"{within}{name}.")
        else:
            shown = (
                str(value).lower()
                if isinstance(value, bool)
                else f"{value:,}"
                if isinstance(value, int)
                else f"{value:,.10g}"
            )
            yield f"| `{within}{name}` | {shown} | {field.description} |"


def test_every_setting_is_documented_with_its_default_and_its_reason() -> None:
    text = PAGE.read_text(encoding="utf-8")
    documented = [line for line in text.partition("## Settings")[2].splitlines() if line.startswith("| `")]
    settings = list(rows(HttpSettings()))
    assert documented[: len(settings)] == settings
