"""A real Chromium for the pages, where the machine has one."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Opened:
    """A page that is open in the browser, with what it tried and what it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Open = Callable[..., AbstractContextManager[Opened]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium. For a module: while it is open, nothing else in the process may run an event loop."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(_NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, as in a container.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Open:
    """Open HTML as a file: `with opened(html, width=320, color_scheme="dark") as it: it.page`."""

    @contextmanager
    def open_page(html: str, *, width: int = 1280, **context: Any) -> Iterator[Opened]:
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        with chromium.new_context(viewport={"width": width, "height": 900}, **context) as inside:
            it = Opened(inside.new_page())
            it.page.on("request", lambda request: it.requests.append(request.url))
            it.page.on("console", lambda message: it.complaints.append(message.text))
            it.page.on("pageerror", lambda error: it.complaints.append(str(error)))
            it.page.goto(path.as_uri())
            yield it

    return open_page
