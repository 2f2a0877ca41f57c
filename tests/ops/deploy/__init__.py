"""Blue-green: the decision, the rules of migrations, and the drill on the whole service."""
