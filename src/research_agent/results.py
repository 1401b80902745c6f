"""The files of a result: which there are, and from what each is made."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Guide
from research_agent.model.prompt import Prompt
from research_agent.model.radar import Rubric
from research_agent.model.synthesis import Synthesis
from research_agent.research import Research

if TYPE_CHECKING:
    from research_agent.library.library import Library


def domain_files(research: Research, guide: Guide, rubric: Rubric) -> dict[str, str]:
    """The files of one domain, name to text."""
    from research_agent.bibliography.exports import export
    from research_agent.bibliography.markdown import render_bibliography

    bibliography = research.bibliography
    exports = export(bibliography.entries)
    return {
        "bibliography.md": render_bibliography(bibliography, guide, rubric),
        "bibliography.json": bibliography.model_dump_json(indent=1) + "\n",
        **{f"bibliography{suffix}": text for suffix, text in exports.items()},
        **prompt_files(research.prompt),
    }


def prompt_files(prompt: Prompt) -> dict[str, str]:
    """The file of one prompt."""
    from research_agent.prompts.assemble import render_prompt

    return {f"prompt.{prompt.profile}.md": render_prompt(prompt)}


def spanning_files(results: Sequence[Research], guide: Guide, library: "Library") -> dict[str, str]:
    """What spans the domains: the index, one BibTeX file without duplicates, the holistic guide."""
    from research_agent.bibliography.exports import merged_bibtex
    from research_agent.bibliography.guide_markdown import render_guide
    from research_agent.bibliography.overview import render_index

    bibliographies = [research.bibliography for research in results]
    return {
        "index.md": render_index(guide, bibliographies),
        "all.bib": merged_bibtex(bibliographies),
        "guide.md": render_guide(synthesis_of(bibliographies, guide, library), guide),
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
