"""Nothing that was told is lost, whatever receivers do and whatever is killed."""
