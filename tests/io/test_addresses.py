"""Addresses find the right place or say that they do not; never silently a place in another town."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from instances.geography import CityName, load_city
from optimizer.io.gazetteer import AddressBook, AddressMatch, Clash, PlaceEntry, Precision, shipped_entries

OWN = (
    PlaceEntry(name="民胜小区", town="汇龙镇", lat=31.82, lon=121.64, precision=Precision.ESTATE, own=True),
    PlaceEntry(name="民胜小区5号楼", town="汇龙镇", lat=31.821, lon=121.641, precision=Precision.DOOR, own=True),
    PlaceEntry(name="振兴村", town="南阳镇", village="振兴村", lat=31.88, lon=121.71, own=True),
    PlaceEntry(name="振兴村", town="惠萍镇", village="振兴村", lat=31.77, lon=121.78, own=True),
)


def _found(book: AddressBook, address: str, **cells: str) -> AddressMatch:
    found = book.find(address, **cells)
    assert isinstance(found, AddressMatch), found
    return found


def test_the_longest_name_wins() -> None:
    book = AddressBook(OWN)
    assert _found(book, "汇龙镇民胜小区5号楼301").entry.name == "民胜小区5号楼"
    assert _found(book, "汇龙镇民胜小区15号楼301").entry.name == "民胜小区"
    assert _found(book, "启东市汇龙镇 民胜小区，3号楼").precision is Precision.ESTATE


def test_then_the_village_then_the_town() -> None:
    book = AddressBook(OWN)
    assert _found(book, "惠萍镇新安村3组12号").entry.village == "新安"
    assert _found(book, "12号", town="惠萍镇", village="新安村").entry.village == "新安"
    town = _found(book, "惠萍镇某某村12号")
    assert (town.entry.town, town.precision) == ("惠萍镇", Precision.TOWN)
    assert _found(book, "", town="惠萍").precision is Precision.TOWN


def test_a_name_of_two_towns_needs_the_town() -> None:
    book = AddressBook(OWN)
    assert book.find("振兴村3组") is Clash.AMBIGUOUS
    assert _found(book, "振兴村3组", town="南阳镇").entry.town == "南阳镇"
    assert _found(book, "惠萍镇振兴村3组").entry.town == "惠萍镇"


def test_two_towns_in_one_row_are_a_contradiction() -> None:
    assert AddressBook().find("惠萍镇新安村", town="南阳镇") is Clash.TWO_TOWNS


def test_a_road_is_not_the_village_it_is_named_after() -> None:
    assert _found(AddressBook(), "汇龙镇惠丰路12号").precision is Precision.TOWN
    assert _found(AddressBook(), "汇龙镇惠丰村12号").entry.village == "惠丰"
    assert AddressBook().find("新安路5号") is None


def test_a_town_that_is_not_known_is_no_match() -> None:
    assert AddressBook().find("某村3组", town="海门镇") is None
    assert AddressBook().find("新安村3组", town="海门镇") is None
    assert AddressBook().find("") is None


def test_without_a_town_it_is_said_that_the_town_is_assumed() -> None:
    assert _found(AddressBook(), "新安村3组").town_assumed
    assert not _found(AddressBook(), "惠萍镇新安村").town_assumed


def test_what_is_shipped_is_what_the_instances_are_made_from() -> None:
    shipped = {(entry.town, entry.village): entry for entry in shipped_entries()}
    for city in CityName:
        for town in load_city(city).towns:
            assert (town.name, "") in shipped
            for centre in town.subcentres:
                bare = town.name.removesuffix("镇").removesuffix("街道")
                entry = shipped[town.name, "" if centre.name == bare else centre.name]
                assert (entry.lat, entry.lon) == pytest.approx(
                    (centre.lat, centre.lon), abs=0.001
                ) or centre.name == bare


VILLAGE_FORMS = (
    "{t}{v}村{g}组{n}号",
    "启东市{t}{v}村{g}组",
    "江苏省南通市启东市{t}{v}社区{n}号",
    "{t} {v}村 {g}组 {n}号",
    "{t}{v}{g}组",
    "{v}村{g}组{n}号|{t}",
    "{v}村{g}组|{t}|{v}",
    "{n}号|{t}|{v}村",
    "{t}，{v}村，{g}组",
    "{t}{v}村（{g}组）",
)
OTHER_FORMS = ("{t}{other}路{n}号", "{t}{other}小学旁", "{t}某某花园{n}号", "{other}村{g}组|{t}")


def _rows(count: int, seed: int) -> list[tuple[str, str, str, str, str]]:
    """Invented rows of Qidong: address, cells of town and village, the right town and village ("": the town only)."""
    rng = random.Random(seed)
    entries = [entry for entry in shipped_entries() if entry.lat < 32.3]
    villages = [entry for entry in entries if entry.village]
    towns = sorted({entry.town for entry in entries})
    rows = []
    for number in range(count):
        values: dict[str, object] = {"g": rng.randint(1, 30), "n": rng.randint(1, 300)}
        if number % 10 < 8:
            entry = rng.choice(villages)
            form, right = rng.choice(VILLAGE_FORMS), (entry.town, entry.village)
            values |= {"t": entry.town, "v": entry.village}
        else:
            town = rng.choice(towns)
            other = rng.choice([entry for entry in villages if entry.town != town])
            form, right = rng.choice(OTHER_FORMS), (town, "")
            values |= {"t": town, "other": other.village}
        address, town_cell, village_cell = (*form.format(**values).split("|"), "", "")[:3]
        rows.append((address, town_cell, village_cell, *right))
    return rows


def test_a_thousand_invented_rows(capsys: pytest.CaptureFixture[str]) -> None:
    book = AddressBook()
    right = wrong_town = 0
    for address, town, village, right_town, right_village in _rows(1000, seed=6):
        found = book.find(address, town=town, village=village)
        if isinstance(found, AddressMatch):
            wrong_town += found.entry.town != right_town
            right += (found.entry.town, found.entry.village) == (right_town, right_village)
    assert wrong_town == 0
    assert right >= 990


def test_the_table_names_a_source_for_every_row() -> None:
    table = Path(__file__).resolve().parents[2] / "optimizer/io/gazetteer/places.csv"
    with table.open(encoding="utf-8", newline="") as stream:
        assert all(row["source"] == "hand" or row["source"].startswith("GeoNames ") for row in csv.DictReader(stream))
