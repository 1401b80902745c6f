"""Every question to Claude: what it costs, what may be spent, how an answer is had. Nothing here knows what is asked.

Importing this imports nothing of Anthropic's; opening does.
"""

from research_agent.claude.asking import Answer, Claude, Question, open_claude
from research_agent.claude.budget import Budget
from research_agent.claude.models import ClaudeModel, Usage, claude_model, claude_models

__all__ = [
    "Answer",
    "Budget",
    "Claude",
    "ClaudeModel",
    "Question",
    "Usage",
    "claude_model",
    "claude_models",
    "open_claude",
]
