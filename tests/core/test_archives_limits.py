"""Nesting, sizes, bombs: what no archive can make the reader exceed."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from collections.abc import Callable

import pytest
from archive_files import (
    XML,
    a_tar,
    a_zip,
    deflated,
    local_header,
    raw_zip,
    read,
    record,
    seen,
)

from fiscalxml.archives import ArchiveLimits, iter_archive

MB = 1024**2
Make = Callable[..., bytes]


def test_archives_inside_archives_are_opened_down_to_the_limit() -> None:
    deepest = a_zip(("d.xml", XML))
    inner = a_zip(("c.zip", deepest), ("c.xml", XML))
    archive = a_zip(("b.zip", a_tar(("i.zip", inner))), ("z.xml", XML))
    assert seen(read(archive, "a.zip")) == [
        ("a.zip!b.zip!i.zip!c.zip", "XML-053"),
        ("a.zip!b.zip!i.zip!c.xml", XML),
        ("a.zip!z.xml", XML),
    ]


def test_every_kind_is_opened_inside_every_other() -> None:
    files = ("x.xml", XML)
    inner = [
        ("b.zip", a_zip(files)),
        ("b.tar", a_tar(files)),
        ("b.tgz", a_tar(files, mode="w:gz")),
        ("x.xml.gz", gzip.compress(XML)),
    ]
    expected = [(f"a!{name}!x.xml", XML) for name, _ in inner]
    assert seen(read(a_zip(*inner))) == expected
    assert seen(read(a_tar(*inner))) == expected
    assert seen(read(a_tar(*inner, mode="w:xz"))) == expected


def test_a_damaged_archive_inside_loses_only_itself() -> None:
    archive = a_zip(("b.zip", a_zip(("x", XML))[:-30]), ("c.7z", b"7z\xbc\xaf\x27\x1c"), ("x", XML))
    assert seen(read(archive)) == [("a!b.zip", "XML-042"), ("a!c.7z", "XML-041"), ("a!x", XML)]


def test_a_zip_inside_is_copied_only_up_to_a_limit() -> None:
    archive = a_zip(("b.zip", a_zip(("x", XML))), ("x", XML))
    assert seen(read(archive, "a", ArchiveLimits(max_spool_bytes=50))) == [
        ("a!b.zip", "XML-054"),
        ("a!x", XML),
    ]


@pytest.mark.parametrize("make", [a_zip, a_tar])
def test_an_entry_over_its_limit_is_refused_and_the_rest_goes_on(make: Make) -> None:
    archive = make(("certo", b"x" * 600), ("demais", b"x" * 601), ("x", XML))
    assert seen(read(archive, "a", ArchiveLimits(max_entry_bytes=600))) == [
        ("a!certo", b"x" * 600),
        ("a!demais", "XML-049"),
        ("a!x", XML),
    ]


def test_the_head_that_is_looked_at_counts_against_the_entry_limit() -> None:
    assert seen(read(a_zip(("x", XML)), "a", ArchiveLimits(max_entry_bytes=5))) == [
        ("a!x", "XML-049")
    ]


@pytest.mark.parametrize("make", [a_zip, a_tar])
def test_reading_stops_past_the_entries_limit(make: Make) -> None:
    archive = make(("1", XML), ("2", XML), ("3", XML))
    items = seen(read(archive, "a", ArchiveLimits(max_entries=2)))
    assert items[-1] == ("a", "XML-052")
    assert items[:-1] in ([], [("a!1", XML), ("a!2", XML)])


def test_entries_of_archives_inside_count_together() -> None:
    archive = a_zip(("b.zip", a_zip(("1", XML), ("2", XML))), ("3", XML))
    assert seen(read(archive, "a", ArchiveLimits(max_entries=3))) == [
        ("a!b.zip!1", XML),
        ("a!b.zip!2", XML),
        ("a", "XML-052"),
    ]


@pytest.mark.parametrize("make", [a_zip, a_tar])
def test_reading_stops_past_the_total_limit(make: Make) -> None:
    archive = make(*((str(n), bytes(100_000)) for n in range(9)))
    items = seen(read(archive, "a", ArchiveLimits(max_total_bytes=400_000)))
    assert items[-1] == ("a", "XML-051")
    assert 2 <= len(items) <= 5


def test_a_bomb_in_a_zip_is_refused_by_its_ratio_and_the_rest_goes_on() -> None:
    archive = a_zip(("bomba", bytes(8 * MB)), ("x", XML))
    assert seen(read(archive)) == [("a!bomba", "XML-050"), ("a!x", XML)]


def test_what_compresses_well_but_is_small_is_no_bomb() -> None:
    assert seen(read(a_zip(("x", bytes(MB))))) == [("a!x", bytes(MB))]


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_bomb_in_a_compressed_tar_stops_that_archive(mode: str) -> None:
    bomb = a_tar(("antes", XML), ("bomba", bytes(60 * MB)), ("depois", XML), mode=mode)
    assert seen(read(a_zip(("b", bomb), ("x", XML)))) == [
        ("a!b!antes", XML),
        ("a!b!bomba", "XML-050"),
        ("a!b", "XML-050"),
        ("a!x", XML),
    ]


def test_bombs_inside_bombs_cost_no_more_than_the_limits() -> None:
    bomb = a_zip(*((f"{n}.xml", bytes(4 * MB)) for n in range(4)))
    for _ in range(3):
        bomb = a_zip(*((f"{n}.zip", bomb) for n in range(4)))
    items = read(bomb)
    assert {code for _, code in seen(items)} == {"XML-053"}
    assert len(items) == 64


def test_memory_does_not_follow_what_an_archive_holds() -> None:
    packed = deflated(XML + b" " * 50_000)
    data = XML + b" " * 50_000
    body = b"".join(local_header() + packed for _ in range(500))
    step = len(local_header() + packed)
    archive = io.BytesIO(
        raw_zip(
            body, *(record(data=data, packed=packed, method=8, offset=n * step) for n in range(500))
        )
    )
    tracemalloc.start()
    count = sum(1 for _ in iter_archive(archive, "a"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 500
    assert peak < 2 * MB
