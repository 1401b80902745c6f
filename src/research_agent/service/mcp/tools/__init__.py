"""The tools, by subject. Each finishes a task that a person would name."""
