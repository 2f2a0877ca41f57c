"""Of every run of the tests."""

from hypothesis import settings

pytest_plugins = ("leak_report",)

# No test asserts a time.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
