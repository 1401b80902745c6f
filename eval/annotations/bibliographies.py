"""The entries of the shipped guide's bibliographies with their passages, without the proofs that nobody reads here."""

from eval.annotations.citing import Sentence, sentences_of_entry
from research_agent import Workspace
from research_agent.research import choose, describe, gather, judge


def sentences_of_domain(workspace: Workspace, domain: str) -> list[Sentence]:
    """Every sentence of every annotation in a domain's bibliography, in reading order."""
    request = workspace.request(domain)
    material = gather(request, workspace.library)
    evaluations = judge(request, material)
    entries = describe(request, material, evaluations, choose(request, material, evaluations))
    texts = {passage.id: passage.text for passage in material.passages}
    return [sentence for entry in entries for sentence in sentences_of_entry(entry, domain, texts)]
