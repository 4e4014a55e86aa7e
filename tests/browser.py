"""A real browser for tests of pages: the Chromium of this machine, driven by Playwright, and a witness of what it did.

Tests ask for `browser_page`, which skips them where there is no Chromium, and for `witness` to know what a page did
that nobody sees. The browser lives as long as one test module: Playwright keeps an event loop running in its thread,
in which no other test could start its own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

_FOUND = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM = os.environ.get("HW4_CHROMIUM", _FOUND)  # empty: do without a browser
QUIET = [  # nothing but the pages under test may ask the network for anything
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATIENCE_MS = 60_000  # a busy machine fails nothing

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Witness:
    """What a page did: `complaints` of its console, uncaught errors, dialogs it opened, addresses it asked for."""

    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Write down what the page does from now on; dialogs are dismissed."""
        page.on("console", lambda line: self._console(line.type, line.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser, headless; its own profile, gone afterwards."""
    if not CHROMIUM:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=QUIET, timeout=PATIENCE_MS
        )
        yield started
        started.close()


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """An empty page of desktop size without cookies or storage."""
    context = browser.new_context(viewport=DESKTOP)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def witness(browser_page: Page) -> Witness:
    """What `browser_page` does in this test."""
    watching = Witness()
    watching.watch(browser_page)
    return watching
