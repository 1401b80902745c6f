"""What is said of the domains in which the fused search is better: how many of them are more than luck."""

from eval.retrieval.queries import Query
from eval.retrieval.suite import FUSED, Asked, measure

RANKERS = ("lexical", "vector", FUSED, "reciprocal-ranks")
ONE, TWO = "1", "2"


def note(places: dict[str, dict[str, list[int]]]) -> str:
    """The note for two domains, where `places` says by domain and ranker at which place each query's answer stands."""
    queries = [
        Query(id=f"{domain}-{number:02}", domain=domain, text="?", style="practice", split=split)
        for domain in places
        for number, split in enumerate(["report"] * 8 + ["tune"])
    ]
    runs = {
        name: {
            query.id: [*(f"other-{n}" for n in range(places[query.domain][name][int(query.id[-2:]) % 8])), "answer"]
            for query in queries
        }
        for name in RANKERS
    }
    result = measure(
        Asked(queries, runs, {query.id: None for query in queries}), {query.id: {"answer": 3} for query in queries}
    )
    return next(score.note for score in result.scores if score.name.startswith("share of domains"))


def test_a_domain_in_which_the_gain_may_be_luck_is_not_counted_as_certain():
    behind = dict.fromkeys(("lexical", "vector", "reciprocal-ranks"), [3] * 8)
    always = {**behind, FUSED: [0] * 8}
    once = {**behind, FUSED: [0] + [3] * 6 + [4]}
    assert note({ONE: always, TWO: always}) == "all 2; in 2 the 95% intervals of both differences lie above 0"
    assert note({ONE: always, TWO: once}) == "all 2; in 1 the 95% intervals of both differences lie above 0"
