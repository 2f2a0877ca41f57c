"""Sessions of people, their renewal, and the organisation that each is in."""
