"""The one way to the network: every request of live sources goes through `client.HttpClient`.

What decides (deadlines, retries, budgets, breakers, schedules, addresses, cache keys, sizes) is pure and stands in a
module of its own; `client`, `governed`, `network` and `cache` only carry it out.
"""
