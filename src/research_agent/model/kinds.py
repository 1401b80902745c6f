"""The kinds of work that a source can be."""

from typing import Literal, get_args

Kind = Literal[
    "paper",
    "preprint",
    "thesis",
    "report",
    "standard",
    "draft",
    "official_docs",
    "engineering_blog",
    "case_study",
    "postmortem",
    "repository",
    "release_notes",
    "issue_thread",
    "benchmark",
    "tutorial",
    "talk",
    "book",
    "community_post",
]

KINDS: tuple[Kind, ...] = get_args(Kind)
