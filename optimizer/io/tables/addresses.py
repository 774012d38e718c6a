"""Rows without coordinates: their address is looked up, and how near the point is, is always said."""

from __future__ import annotations

from optimizer.common.language import Text
from optimizer.io.gazetteer import AddressMatch, Clash, Precision
from optimizer.io.tables.cells import CellError, text
from optimizer.io.tables.reading import LocatedRow, Reading
from optimizer.io.tables.table import Row

__all__ = ["PRECISIONS", "located"]

PRECISIONS = {
    Precision.DOOR: Text("门牌", "door"),
    Precision.ESTATE: Text("小区", "estate"),
    Precision.VILLAGE: Text("村", "village"),
    Precision.TOWN: Text("镇", "town"),
}
"""What each precision is called."""

_COARSE = (Precision.VILLAGE, Precision.TOWN)


def located(reading: Reading, row: Row, town: str, village: str) -> AddressMatch | None:
    """The match of a row's address, village and town; what is coarse or in doubt goes to the log."""
    address = _address(row)
    key = "address" if address else "village" if village else "town"
    if not (address or village or town) or reading.addresses is None:
        return None
    found = reading.addresses.find(address, town=town, village=village)
    name = address or village or town
    if isinstance(found, Clash):
        row.error("T432" if found is Clash.TWO_TOWNS else "T433", key)
        return None
    precision = None if found is None else found.precision
    said = town or ("" if found is None else found.entry.town)
    reading.located.append(LocatedRow(place=row.place(key), name=name, town=said, village=village, precision=precision))
    if found is None:
        row.log.warning("T434", row.place(key))
    elif found.precision in _COARSE or found.town_assumed:
        assumed = Text("，镇是推定的", ", its town is assumed") if found.town_assumed else Text("", "")
        where = found.entry.town
        words, nearness = found.words, PRECISIONS[found.precision]
        row.log.warning("T430", row.place(key), precision=nearness, words=words, town=where, assumed=assumed)
    else:
        row.log.notice("T431", row.place(key), precision=PRECISIONS[found.precision], words=found.words)
    return found


def _address(row: Row) -> str:
    value = row.value("address")
    try:
        return "" if value is None else text(value)
    except CellError:
        return ""
