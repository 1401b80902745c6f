"""Read source records and resolve the identity of works."""

from research_agent.sources.evidence import production_evidence
from research_agent.sources.identity import identity_keys, merge, resolve
from research_agent.sources.records import PoolReading, read_pool, read_pools

__all__ = [
    "PoolReading",
    "identity_keys",
    "merge",
    "production_evidence",
    "read_pool",
    "read_pools",
    "resolve",
]
