"""The service as MCP: tools, resources, prompts and an app over the same verbs that REST and the command line call.

Nothing heavy is imported before the first call needs it, so that a server over standard input answers at once.
"""
