"""Of every run of the tests."""

pytest_plugins = ("leak_report",)
