"""What every service answers: its state, and what its errors mean."""
