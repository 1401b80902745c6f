"""What every request passes on its way in and out, REST and MCP alike; each is pure ASGI."""
