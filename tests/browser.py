"""A browser for the tests of pages: Chromium where the machine has one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from parts import found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Skips the test where there is no Chromium, see `parts`."""
    path = found("chromium", "chromium-browser", "google-chrome")
    # Chromium refuses its sandbox to root; what it opens here are our own pages.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
