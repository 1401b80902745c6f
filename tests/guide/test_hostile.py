"""Guides that are meant to do harm: paths as names, terminal commands as text, sizes that never end."""

import re

import pytest

from research_agent.errors import GuideError
from research_agent.guide import guide_to_yaml, import_guide
from research_agent.guide.read import guide_of_yaml
from research_agent.model.guide import Guide

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _yaml(text: str) -> Guide:
    return guide_of_yaml(text.encode(), "soil.yaml")


def _refused(text: str) -> str:
    with pytest.raises(GuideError) as error:
        _yaml(text)
    return str(error.value)


def _domain(**fields: str) -> str:
    values = {"name": "Soil", "focus": "[Depth]"} | fields
    return "title: T\ndomains:\n  - name: Rain\n    focus: [Depth]\n  -\n" + "".join(
        f"    {name}: {value}\n" for name, value in values.items()
    )


# --- names that become paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("identity", ["/tmp/x", "../x", "a/b", "..", r"a\b", "2.1", "-x", "x" * 33, "'x\ty'", "é", "٢"])
def test_a_domain_id_that_could_lead_elsewhere_is_refused_with_its_line(identity: str) -> None:
    message = _refused(_domain(id=identity))

    assert message.startswith("soil.yaml, line 8: domains[2].id: letters, digits, _ and - make one, 32 at most")


@pytest.mark.parametrize("slug", ["/tmp/x", "../x", "A", "a--b", "x" * 65])
def test_a_slug_that_could_lead_elsewhere_is_refused_with_its_line(slug: str) -> None:
    assert _refused(_domain(slug=slug)).startswith("soil.yaml, line 8: domains[2]")


@pytest.mark.parametrize("identity", ["/tmp/x", "../x", "Soil", "x" * 65])
def test_a_guide_id_that_could_lead_elsewhere_is_refused_with_its_line(identity: str) -> None:
    assert _refused(f"{_domain()}id: {identity}\n").startswith("soil.yaml, line 8: id: ")


@pytest.mark.parametrize("number", ["/x", "12345", "a", "1.1", "٢"])
def test_a_bullet_number_that_is_none_is_refused(number: str) -> None:
    message = _refused(_domain(focus="{" + number + ": Depth}"))

    assert "line 7: domains[2].focus" in message
    assert "a number of up to four digits" in message


def test_long_names_give_slugs_that_are_cut_at_a_word() -> None:
    name = "word " * 30
    guide = import_guide(f"# {name}\n## Domain 1: {name}\n- Depth\n## Domain 2: {name}s\n- Yield\n", name="x.md")

    first, second = guide.domains
    assert guide.id == first.slug == "-".join(["word"] * 13)
    assert second.slug.endswith("-word-domain-2")
    assert len(second.slug) <= 64


@pytest.mark.parametrize("heading", ["Domain 2.{n}: {name}", "Domain 2.{n} {name}", "2.{n} {name}", "2.{n}. {name}"])
def test_numbering_with_dots_in_markdown_becomes_ids_with_hyphens(heading: str) -> None:
    text = "# T\n## 2. Domains\n"
    for number, name in enumerate(("Soil", "Rain"), start=1):
        text += f"### {heading.format(n=number, name=name)}\n- Depth\n"

    guide = import_guide(text, name="x.md")

    assert [(d.id, d.name, d.focus[0].id) for d in guide.domains] == [
        ("2-1", "Soil", "2-1.1"),
        ("2-2", "Rain", "2-2.1"),
    ]
    assert _yaml(guide_to_yaml(guide)) == guide


# --- commands to the terminal ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("control", [r"\e", r"\0", r"\x07", r"\x7f", r"\N", r"\x9b", r"\r", r"\f"])
def test_no_control_character_of_a_yaml_text_gets_through(control: str) -> None:
    text = f'"Soil{control}[31m red"'
    guide = _yaml(
        f"title: {text}\noverview: {text}\naudience: [{text}]\nstance: [{text}]\nrequest: {text}\n"
        f"specifications: [{text}]\ntechnologies: [{{group: {text}, items: [{text}], note: {text}}}]\n"
        f"methodology: {{categories: [{{name: {text}, description: {text}}}]}}\n"
        f"domains: [{{name: {text}, focus: [{text}]}}]\n"
        f"provenance: {{read: {{{text}: {text}}}}}\n"
    )

    assert guide.title == guide.domains[0].focus[0].text == "Soil [31m red"
    assert not CONTROL.search("\n".join(_texts(guide.model_dump())))


@pytest.mark.parametrize(
    "control", ["\x1b", "\x00", "\x07", "\x7f", "\x9b", "\x0c", "&#27;", "&#x9b;", "&#12;", "&#x7;"]
)
def test_no_control_character_of_a_markdown_text_gets_through(control: str) -> None:
    words = f"Soil{control}[31m red"
    guide = import_guide(
        f"# {words}\n{words}\n## Audience\n- {words}\n## Technology\n- {words}: {words} ({words})\n"
        f"## Specifications\n- {words}\n## Request\n{words}\n## Domain 1: {words}\n- {words}\n"
        f"- **{words}** `{words}`\n",
        name="x\x1b.md",
    )

    assert "red" in guide.domains[0].focus[1].text
    assert not CONTROL.search("\n".join(_texts(guide.model_dump())))


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    return [text for item in value for text in _texts(item)] if isinstance(value, (list, tuple)) else []


def test_a_file_name_with_a_terminal_command_gives_a_title_without() -> None:
    assert import_guide("## Domain 1: Soil\n- Depth\n", name="a\x1b[31m.md").title == "a [31m"


# --- sizes ----------------------------------------------------------------------------------------------------------


def test_a_text_of_very_many_lines_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(GuideError, match=r"x\.md has 100,001 lines; a guide has 10,000 at most"):
        import_guide("# H\n" * 100_000, name="x.md")


def test_a_domain_with_more_bullets_than_numbers_is_refused() -> None:
    with pytest.raises(GuideError, match=r"x\.md, line 1: domain 1: .*up to four digits"):
        import_guide("## Domain 1: A\nFocus: " + "Depth, " * 10_000, name="x.md")


def test_aliases_that_stand_for_millions_of_values_are_refused() -> None:
    focus = "&f [" + "Depth, " * 1_000 + "]"
    text = "title: T\ndomains:\n" + f"  - {{name: A, focus: {focus}}}\n"
    text += "".join(f"  - {{name: A{n}, focus: *f}}\n" for n in range(1_000))

    assert "more than 100,000 values, aliases written out" in _refused(text)


def test_lists_that_stand_very_deep_within_each_other_are_refused() -> None:
    for depth in (300, 600, 900, 5_000):
        assert _refused("title: T\ndomains: " + "[" * depth + "]" * depth).startswith("soil.yaml")


def test_merge_keys_are_refused_by_name() -> None:
    text = "title: T\ndomains:\n  - &a {name: A, focus: [Depth]}\n  - <<: *a\n    name: B\n"

    assert _refused(text) == ("soil.yaml, line 4: domains[2]: merge keys (<<) are not supported: write the fields out")
