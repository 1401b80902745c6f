"""How well nearness tells which works serve a domain: the bar of live searches against readers' placements."""

from collections.abc import Iterator

import numpy as np

from benchmarks.harness import Context, Figure, benchmark
from benchmarks.stores import CACHE, corpus_sources
from research_agent.guides import find_guide
from research_agent.library.minilm import MiniLM
from research_agent.live.placing import NEAR, as_compared
from research_agent.settings import Settings

QUICK = 10
"""In a quick run one placement of so many counts."""


@benchmark("live-nearness")
def nearness(context: Context) -> Iterator[Figure]:
    """Shipped works that come near a bullet of the domains that a reader placed them in, and of all others."""
    guide = find_guide(Settings(data_dir=CACHE / "none")).guide
    model = MiniLM()
    bullets = {domain.id: np.asarray(model.embed([one.text for one in domain.focus])) for domain in guide.domains}
    sources = corpus_sources()
    places = {one.id: {place.domain for place in one.placements if place.guide == guide.id} for one in sources}
    placed = [
        (source, place)
        for source in sources
        for place in source.placements
        if place.guide == guide.id and place.summary
    ][:: QUICK if context.quick else 1]
    vectors = np.asarray(model.embed([as_compared(source.title, place.summary) for source, place in placed]))
    near = {domain: (vectors @ of_domain.T).max(axis=1) >= NEAR for domain, of_domain in bullets.items()}
    own = [near[place.domain][row] for row, (_, place) in enumerate(placed)]
    others = [
        near[domain][row]
        for row, (source, _) in enumerate(placed)
        for domain in bullets
        if domain not in places[source.id]
    ]
    for name, passed in (("near, of its own domain", own), ("near, of another domain", others)):
        yield Figure(name, 100 * float(np.mean(passed)), "%", note=f"of {len(passed):,}, from a cosine of {NEAR}")
