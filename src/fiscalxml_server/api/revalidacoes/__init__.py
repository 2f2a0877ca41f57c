"""Re-validations: stored documents judged by another date's rules, and what that would change."""
