"""The contract as tests: each row of decisions.tsv is a golden case with documents built for it."""
