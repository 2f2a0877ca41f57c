"""Fuzzing of the one door to validation: `invariants` that hold for any bytes, and `mutations`."""
