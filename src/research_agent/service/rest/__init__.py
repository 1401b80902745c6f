"""REST under /v1: resources over the verbs of a workspace, which hold the logic."""
