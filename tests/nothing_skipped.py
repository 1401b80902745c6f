"""A plugin for continuous integration, which has set up all that tests need: one that is skipped there has failed.

Use it as `PYTEST_PLUGINS=tests.nothing_skipped`. A test of another system's ways is skipped all the same.
"""

from collections.abc import Generator

import pytest

OF_OTHER_SYSTEMS = ("the system has no", "elsewhere the clipboard is the system's own")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one that says what was lacking."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(known in reason for known in OF_OTHER_SYSTEMS):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped where nothing may be: {reason}"
    return report
