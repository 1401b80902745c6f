"""The service: REST and MCP over one application. Both do what the command line does, by the same functions."""
