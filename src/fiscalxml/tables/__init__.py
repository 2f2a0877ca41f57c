"""Public tables that rules look codes up in: a module each, read when first asked for.

Rows are data of the package (`dados/`, made by `scripts/build_tables.py`), or few enough to be in
the code. Those that no permissive source has come from the operator (`operador`). A code that a
table lacks may be newer than it: `TABELA.data` says how new the table is.
"""
