"""Rows of 服务对象 and 历史 → clients, and what their visits take from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.io.tables.cells import id_list, identifier, is_any, is_none, text, whole, word
from optimizer.io.tables.places import Gazetteer, has_description
from optimizer.io.tables.raw import CellValue
from optimizer.io.tables.reading import Reading
from optimizer.io.tables.table import Row
from optimizer.io.tables.words import GENDERS
from optimizer.visits.model import Client, KnownCaregiver

__all__ = ["ClientRows", "group_of", "provider_of", "read_clients"]

_FIELDS = {
    "location": "place",
    "ability": "ability",
    "gender": "gender",
    "dialect": "dialect",
    "preferred": "preferred",
    "forbidden": "forbidden",
}
_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class ClientRows:
    """The clients, and by client the group and the provider of their visits; no entry where the cell is empty."""

    clients: tuple[Client, ...]
    groups: Mapping[str, str | None]
    providers: Mapping[str, str | None]


def read_clients(reading: Reading, gazetteer: Gazetteer) -> ClientRows:
    """The clients of the sheets; their homes go into the gazetteer."""
    known = _history(reading)
    clients: list[Client] = []
    groups: dict[str, str | None] = {}
    providers: dict[str, str | None] = {}
    bare: list[tuple[str, Row]] = []
    for row in reading.rows("clients"):
        name = reading.new_id(row, "id", "client")
        home = row.read("place", identifier, name or "")
        client = _client(row, name or "", home, known)
        if row.value("priority") is not None:
            groups[client.id] = row.read("priority", group_of, None)
        if row.value("provider") is not None:
            providers[client.id] = row.read("provider", provider_of, None)
        if name is None:
            continue
        clients.append(client)
        reading.note(f'clients["{name}"]', row, _FIELDS)
        if has_description(row):
            gazetteer.describe(home, row, is_station=False)
        else:
            bare.append((home, row))
    for home, row in bare:
        gazetteer.mention(home, row, "place")
    return ClientRows(tuple(clients), groups, providers)


def group_of(value: CellValue) -> str | None:
    """A priority group, 无 for none."""
    return None if is_none(value) else identifier(value)


def provider_of(value: CellValue) -> str | None:
    """An institution, 不限 for any."""
    return None if is_any(value) else identifier(value)


def _client(row: Row, name: str, home: str, known: Mapping[str, tuple[KnownCaregiver, ...]]) -> Client:
    row.read("address", text, "")  # so that a failed formula is found; an address never enters the problem
    return Client(
        id=name,
        location=home,
        ability=row.read("ability", text, ""),
        gender=row.read("gender", _gender, None),
        dialect=row.read("dialect", _dialect, None),
        preferred=row.read("preferred", id_list, ()),
        forbidden=row.read("forbidden", id_list, ()),
        known=known.get(name, ()),
    )


def _gender(value: CellValue) -> str | None:
    return None if is_any(value) else word(GENDERS)(value)


def _dialect(value: CellValue) -> str | None:
    return None if is_any(value) else identifier(value)


def _history(reading: Reading) -> Mapping[str, tuple[KnownCaregiver, ...]]:
    counts: dict[str, dict[str, int]] = {}
    for row in reading.rows("history"):
        client = row.read("client", identifier, "")
        caregiver = row.read("caregiver", identifier, "")
        times = row.read("visits", whole(1, _MANY), 1)
        met = counts.setdefault(client, {})
        met[caregiver] = met.get(caregiver, 0) + times
    return {
        client: tuple(KnownCaregiver(caregiver=caregiver, visits=times) for caregiver, times in met.items())
        for client, met in counts.items()
    }
