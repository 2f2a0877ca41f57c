"""What somebody is given and must bring back, once: sealed, and kept only when it was used."""
