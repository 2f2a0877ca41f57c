"""A browser for the tests of pages: Chromium where the machine has one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

REQUIRED = "FISCALXML_REQUIRE_BROWSER"
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Skips the test where there is no Chromium; fails it with FISCALXML_REQUIRE_BROWSER=1."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        if os.environ.get(REQUIRED) == "1":
            pytest.fail("Chromium is missing, and the tests in a browser are required")
        pytest.skip("no Chromium on this machine")
    # Chromium refuses its sandbox to root; what it opens here are our own pages.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
