"""The service: HTTP API, workers and storage on top of the core, which holds all fiscal logic."""
