"""Rules, case by case: the TOML files say what each rule lets pass and what it refuses."""
