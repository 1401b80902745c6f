import re
from pathlib import Path

import pytest

from research_agent.errors import UnknownNameError
from research_agent.model.guide import Guide
from research_agent.model.prompt import ModelProfile, Prompt
from research_agent.model.radar import Rubric
from research_agent.prompts import assemble_prompt, load_profile, profile_names
from research_agent.prompts.assemble import render_prompt
from tests.prompts.material import candidate, present


@pytest.fixture
def prompt(guide: Guide, rubric: Rubric) -> Prompt:
    return assemble_prompt(guide, guide.domain("1"), rubric, load_profile("claude"))


def _words(prompt: Prompt) -> str:
    return "\n".join(message.content for message in prompt.messages)


def test_every_check_passes_for_a_small_guide(prompt: Prompt) -> None:
    assert [check.id for check in prompt.checks if not check.passed] == []
    assert len({check.id for check in prompt.checks}) == len(prompt.checks) == 24


def test_the_role_stands_in_the_system_message_and_the_task_comes_last(prompt: Prompt) -> None:
    system, user = prompt.messages
    assert system.role == "system"
    assert "<role>" in system.content
    assert user.content.endswith("</task>")
    assert user.content.index("<project>") < user.content.index("<method>") < user.content.index("<task>")


def test_tags_are_balanced_and_never_nested_into_each_other(prompt: Prompt) -> None:
    tags = re.findall(r"^<(/?)([a-z_]+)>$", _words(prompt), flags=re.MULTILINE)
    assert [name for slash, name in tags if not slash] == [name for slash, name in tags if slash]
    assert all(tags[i][1] == tags[i + 1][1] for i in range(0, len(tags), 2))


def test_words_of_a_guide_are_data_and_not_template_code(prompt: Prompt) -> None:
    assert "1.1 Clusters {{ and }} heat" in _words(prompt)


def test_equal_ranks_are_written_as_equals(prompt: Prompt) -> None:
    assert "Papers > Books = Logs" in _words(prompt)


def test_numbers_come_from_the_methodology(prompt: Prompt) -> None:
    words = _words(prompt)
    assert "2 to 6 sources" in words
    assert "at least 50 percent" in words
    assert "2015 or later" in words
    assert "at most 2 sources come from one organisation or author, Papers excepted" in words


def test_a_markdown_profile_marks_sections_by_headings(guide: Guide, rubric: Rubric) -> None:
    profile = load_profile("claude").model_copy(update={"id": "other", "delimiters": "markdown"})
    prompt = assemble_prompt(guide, guide.domain("1"), rubric, profile)
    assert "## Method" in _words(prompt)
    assert all(check.passed for check in prompt.checks)


@pytest.mark.parametrize(
    ("check", "damage"),
    [
        ("counts", ("at most 2 sources come", "at most 3 sources come")),
        (
            "counts",
            ("- Books (1 to 3): What books is.", "- Books (1 to 3): What books is.\n- Books (1 to 3): What books is."),
        ),
        ("counts", ("at least 50 percent", "at least 60 percent")),
        ("counts", ("</method>", "List 9 to 12 sources in these 3 categories.\n</method>")),
        ("requirements", ("A short honest list is worth more", "A long list is worth more")),
        ("project", ("Observe rather than intervene", "Intervene")),
        ("project", ("How bees keep warm.", "How bees keep cool.")),
        ("placeholders", ("</task>", "TODO\n</task>")),
        ("placeholders", ("</task>", "{{ domain }}\n</task>")),
        ("calm", ("</task>", "NEVER invent a work.\n</task>")),
        ("no-thoughts", ("</task>", "Think step by step.\n</task>")),
        (
            "said-once",
            ("</task>", "Bees are counted once a day by hand. Bees are counted once a day by hand.\n</task>"),
        ),
        ("few-rules", ("</task>", "\n".join(f"- Do this one thing {n} as well." for n in range(40)) + "\n</task>")),
        ("focus-verbatim", ("Food stores", "Food")),
        ("one-domain", ("1.2 Food stores", "1.2 Food stores\n2.1 Fanning at the entrance")),
        ("quotas", ("Books (1 to 3)", "Books (2 to 3)")),
        ("total", ("2 to 6 sources", "3 to 6 sources")),
        ("recency", ("2015", "2014")),
        ("counts", ("first appeared in 2015", "first appeared in 2014")),
        ("domain-named", ("for Domain 1: Winter", "for Domain 2: Winter")),
        ("focus-verbatim", ("1.2 Food stores", "1.3 Food stores")),
        ("quotas", ("What books is.", "What books are.")),
        ("trust", ("Papers > Books = Logs", "Books = Logs > Papers")),
        ("exempt", (", Papers excepted", "")),
        ("rubric", ("What of date?", "")),
        ("technologies", ("- Sensors: ", "- Things: ")),
        ("technologies", (" (with alternatives)", "")),
        ("rubric", ("- word4: date at 4.", "")),
        ("technologies", ("load cell", "scale")),
        ("exit", ("NOT FOUND:", "")),
        ("one-delimiter", ("<method>", "## Method")),
    ],
)
def test_a_check_notices_what_it_is_for(
    guide: Guide, rubric: Rubric, prompt: Prompt, check: str, damage: tuple[str, str]
) -> None:
    from research_agent.prompts.checks import check_prompt

    messages = tuple(
        message.model_copy(update={"content": message.content.replace(*damage)}) for message in prompt.messages
    )
    damaged = prompt.model_copy(update={"messages": messages})
    assert damaged.messages != prompt.messages
    failed = [
        result.id
        for result in check_prompt(damaged, guide, guide.domain("1"), rubric, load_profile("claude"))
        if not result.passed
    ]
    assert check in failed


def test_a_work_that_came_along_and_is_gone_is_noticed(guide: Guide, rubric: Rubric) -> None:
    from research_agent.prompts.checks import check_prompt

    profile, domain = load_profile("claude"), guide.domain("1")
    given, there = [candidate(number) for number in range(2)], present()
    grounded = assemble_prompt(guide, domain, rubric, profile, mode="grounded", candidates=given)
    extending = assemble_prompt(guide, domain, rubric, profile, mode="extend", present=there)

    def failed(prompt: Prompt, gone: str) -> set[str]:
        messages = tuple(
            message.model_copy(update={"content": message.content.replace(gone, "")}) for message in prompt.messages
        )
        damaged = prompt.model_copy(update={"messages": messages})
        found = check_prompt(damaged, guide, domain, rubric, profile, candidates=given, present=there)
        return {check.id for check in found if not check.passed}

    one, entry = given[1], there.entries[0]
    for gone in ("[2] ", one.title, one.url, one.summary, one.key_points[0], "Authority strong, ", f", {one.year}"):
        assert "candidates" in failed(grounded, gone), gone
    for gone in ("[1] ", entry.title, entry.url, entry.citation, entry.known):
        assert "present" in failed(extending, gone), gone


def test_the_place_of_a_part_and_its_bullets_are_held_against_it(guide: Guide, rubric: Rubric) -> None:
    from research_agent.prompts.chain import chain_of, narrowed
    from research_agent.prompts.checks import check_prompt

    domain, profile = guide.domain("1"), load_profile("claude")
    part = chain_of(guide, domain)[0].part
    prompt = assemble_prompt(guide, domain, rubric, profile, part=part)
    for gone in ("part 1 of 3", "1.1 (1)"):
        messages = tuple(one.model_copy(update={"content": one.content.replace(gone, "")}) for one in prompt.messages)
        damaged = prompt.model_copy(update={"messages": messages})
        found = check_prompt(damaged, narrowed(guide, part), domain, rubric, profile)
        assert "part" in {check.id for check in found if not check.passed}


def test_every_check_has_a_test_that_makes_it_fail() -> None:
    """By the ids that stand in this file: a new check without one fails here."""
    text = Path(__file__).read_text(encoding="utf-8")
    checks = Path(assemble_prompt.__globals__["check_prompt"].__code__.co_filename).read_text(encoding="utf-8")
    ids = set(re.findall(r'(?:_all_in|_none_in|_nothing)\(\s*"([a-z-]+)"|id="([a-z-]+)"', checks))
    wanted = {one or other for one, other in ids} | {"one-delimiter"}
    assert {check for check in wanted if f'"{check}"' not in text} == set()


def test_a_prompt_too_long_for_the_model_is_noticed(guide: Guide, rubric: Rubric) -> None:
    tiny = load_profile("claude").model_copy(update={"context_tokens": 900, "output_tokens": 500})
    prompt = assemble_prompt(guide, guide.domain("1"), rubric, tiny)
    assert [check.id for check in prompt.checks if not check.passed] == ["fits"]


def test_the_file_for_people_holds_both_roles(prompt: Prompt) -> None:
    text = render_prompt(prompt)
    assert text.index("<!-- system -->") < text.index("<!-- user -->")
    assert text.count("<task>") == 1


def test_an_unknown_model_names_the_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="claude"):
        load_profile("cluade")


def test_a_model_name_finds_its_family() -> None:
    assert load_profile("claude-opus-5-5").id == "claude"


@pytest.mark.parametrize("name", profile_names())
def test_every_shipped_profile_is_complete_and_names_its_pages(name: str) -> None:
    profile: ModelProfile = load_profile(name)
    assert profile.id == name
    assert profile.user[-1] == "task"
    assert all(fact.url.startswith("https://") for fact in profile.facts)
