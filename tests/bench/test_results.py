"""Each benchmark keeps its own part of the results."""

from __future__ import annotations

from pathlib import Path

from benchmarks.results import write_part


def test_a_part_takes_the_place_of_the_last_one_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    write_part("# Core\n\n## Rules\n\nold\n", path)
    write_part("# Service\n\n1\n", path)
    write_part("# Core\n\n## Rules\n\nnew\n\n\n", path)
    assert path.read_text(encoding="utf-8") == "# Core\n\n## Rules\n\nnew\n\n# Service\n\n1\n"
