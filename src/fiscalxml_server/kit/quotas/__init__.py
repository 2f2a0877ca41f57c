"""How many documents a month: what was agreed, and what was counted."""
