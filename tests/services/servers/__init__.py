"""Real servers for the tests of the services, started from packages and ended with the tests."""
