"""Mutants leave no word of a template untried: whatever is no statement is taken out by one of them."""

import re

from eval.prompts.mutants import cuts, templates

STATEMENT = re.compile(r"\{[%#].*?[%#]\}", re.DOTALL)


def untried(texts: dict[str, str]) -> list[str]:
    """The words of templates that stand in no cut."""
    left = []
    for name, text in texts.items():
        tried = [range(cut.place, cut.place + len(cut.text)) for cut in cuts({name: text})]
        tried += [range(*found.span()) for found in STATEMENT.finditer(text)]
        places = {place for span in tried for place in span}
        left += re.findall(r"[A-Za-z]+", "".join("\n" if at in places else char for at, char in enumerate(text)))
    return left


def test_every_word_of_the_templates_is_in_a_cut():
    assert untried(templates()) == []


def test_what_a_branch_says_on_its_own_line_is_taken_out_by_itself():
    text = "List them{% if a %} by number\n{%- elif b %} from {{ n }} on\n{%- else %} freely\n{%- endif %}\n. Stop.\n"
    made = [(cut.text, text[cut.place :].startswith(cut.text)) for cut in cuts({"one": text}) if cut.kind == "clause"]
    assert made == [(piece, True) for piece in ("List them", " by number", " from {{ n }} on", " freely", "Stop.")]
