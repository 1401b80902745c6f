"""The files of a result: which there are, and from what each is made."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Guide
from research_agent.model.prompt import ALL, Prompt
from research_agent.model.radar import Rubric
from research_agent.model.synthesis import Synthesis
from research_agent.research import Research

if TYPE_CHECKING:
    from research_agent.library.library import Library


def domain_files(research: Research, guide: Guide, rubric: Rubric) -> dict[str, str]:
    """The files of one domain, name to text."""
    from research_agent.bibliography.exports import export
    from research_agent.bibliography.markdown import render_bibliography
    from research_agent.page import FILES_BESIDE, render_page

    bibliography = research.bibliography
    exports = export(bibliography.entries)
    return {
        "bibliography.md": render_bibliography(bibliography, guide, rubric),
        "bibliography.html": render_page(bibliography, guide, rubric, links=FILES_BESIDE),
        "bibliography.json": bibliography.model_dump_json(indent=1) + "\n",
        **{f"bibliography{suffix}": text for suffix, text in exports.items()},
        **prompt_files(research.prompt),
    }


def prompt_files(prompt: Prompt) -> dict[str, str]:
    """The files of one prompt: its words, and the settings to send it with where its model takes any."""
    from research_agent.prompts.assemble import render_prompt

    name = prompt_name(prompt)
    files = {f"{name}.md": render_prompt(prompt)}
    if prompt.settings:
        files[f"{name}.settings.json"] = json.dumps(prompt.settings, indent=2, ensure_ascii=False) + "\n"
    return files


def prompt_name(prompt: Prompt) -> str:
    """The name of a prompt's files, without what comes after the point: "prompt.claude", "prompt.gpt.grounded.json"."""
    what = (
        prompt.profile,
        "" if prompt.mode == "open" else prompt.mode,
        "" if prompt.reply == "markdown" else prompt.reply,
        f"part-{prompt.part.number}" if prompt.part else "",
    )
    return ".".join(("prompt", *filter(None, what)))


def prompt_index(prompts: Sequence[Prompt], guide: Guide) -> str:
    """Which prompts there are: a table of domains and models with links, lengths and what failed."""
    from research_agent.bibliography.markup import cell, in_cell, link, table
    from research_agent.prompts.assemble import told_mode

    rows = []
    for prompt in prompts:
        name = f"{prompt_name(prompt)}.md"
        what, path = "All domains", name
        if prompt.domain != ALL:
            domain = guide.domain(prompt.domain)
            what, path = f"{domain.id} {domain.name}", f"{domain.folder}/{name}"
        failed = [check.id for check in prompt.checks if not check.passed]
        rows.append(
            (
                cell(what),
                in_cell(link(prompt.profile, path)),
                told_mode(prompt),
                f"{prompt.tokens:,}",
                cell(f"not {', '.join(failed)}" if failed else "all"),
                f"`{prompt.version}`",
            )
        )
    headings = ("Domain", "Model", "Mode", "Tokens", "Checks that hold", "Version")
    return "\n".join(["# Prompts", "", *table(headings, rows)]) + "\n"


def spanning_files(results: Sequence[Research], guide: Guide, library: "Library") -> dict[str, str]:
    """What spans the domains: the index, one BibTeX file without duplicates, the holistic guide."""
    from research_agent.bibliography.exports import merged_bibtex
    from research_agent.bibliography.guide_markdown import render_guide
    from research_agent.bibliography.overview import render_index
    from research_agent.page import render_guide_page

    bibliographies = [research.bibliography for research in results]
    synthesis = synthesis_of(bibliographies, guide, library)
    pages = {one.domain: f"{guide.domain(one.domain).folder}/bibliography.html" for one in bibliographies}
    return {
        "index.md": render_index(guide, bibliographies),
        "all.bib": merged_bibtex(bibliographies),
        "guide.md": render_guide(synthesis, guide),
        "guide.html": render_guide_page(synthesis, guide, links=pages),
    }


def synthesis_of(bibliographies: Sequence[Bibliography], guide: Guide, library: "Library") -> Synthesis:
    """The holistic guide over these bibliographies, drawn from what the library holds of their entries.

    What the library holds of other sources may support them, unless a person banned the source.
    """
    import numpy as np

    from research_agent.bibliography.synthesis import SynthesisMaterial, synthesise

    held = [library.vectors_of(guide.id, domain.id) for domain in guide.domains]
    rows = {passage: vector for domain in held for passage, vector in zip(domain.passages, domain.vectors, strict=True)}
    passages = library.passages(guide=guide.id)
    bullets = library.question_vectors([focus.text for domain in guide.domains for focus in domain.focus])
    vectors = np.array([rows[passage.id] for passage in passages], dtype=np.float32).reshape(-1, bullets.shape[1])
    banned = {
        decision.source
        for domain in guide.domains
        for decision in library.decisions(guide.id, domain.id)
        if decision.action == "ban"
    }
    others = [source for source in library.sources(guide.id) if source.id not in banned]
    return synthesise(guide, bibliographies, SynthesisMaterial(passages, vectors, bullets, others))
