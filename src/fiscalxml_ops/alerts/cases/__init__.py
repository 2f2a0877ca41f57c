"""What `promtool test rules` is given: for each rule, series under which it fires, and does not."""
