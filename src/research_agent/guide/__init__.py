"""Read a guide: YAML as we keep it, Markdown as people write it."""
