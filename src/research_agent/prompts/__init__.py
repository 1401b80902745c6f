"""Assemble and check model-optimised prompts from templates and profiles kept as data."""

from research_agent.prompts.assemble import assemble_prompt
from research_agent.prompts.profiles import load_profile, profile_names

__all__ = ["assemble_prompt", "load_profile", "profile_names"]
