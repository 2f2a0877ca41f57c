"""How many documents of the month were used."""
