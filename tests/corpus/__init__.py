"""Tests over ../shared/corpus, real files of other projects; skipped where it is not there."""
