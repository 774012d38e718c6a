"""From an address to a point without any network: a place book of the user's own, then villages, then towns."""

from optimizer.io.gazetteer.book import AddressBook, AddressMatch, Clash, PlaceEntry, Precision, shipped_entries

__all__ = ["AddressBook", "AddressMatch", "Clash", "PlaceEntry", "Precision", "shipped_entries"]
