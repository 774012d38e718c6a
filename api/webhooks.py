"""Telling a platform that a job has ended: signed, tried again, and only to hosts that the operator has allowed.

Only https; no redirects; the addresses that the name stands for are looked up once, judged, and then one of them is
called by number, so that a name cannot mean another machine a moment later.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

__all__ = ["addresses_of", "webhook_fault"]


def webhook_fault(url: str, allowed_hosts: tuple[str, ...]) -> str | None:
    """Why an address may not be told; ``None`` if it may. Names are not looked up here."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "not an address"
    if parts.scheme != "https":
        return "not https"
    if parts.username is not None or parts.password is not None:
        return "a name or password in it"
    host = (parts.hostname or "").lower()
    if host not in {one.lower() for one in allowed_hosts}:
        return "its host is not on the operator's list"
    if port not in (None, 443):
        return "another port than 443"
    return None


def addresses_of(host: str) -> list[str]:
    """The public addresses of a host.

    Raises
    ------
    OSError
        It has none, or one of them is private, local, or otherwise not of the public network.
    """
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    addresses = sorted({str(entry[4][0]) for entry in found})
    for address in addresses:
        if not ipaddress.ip_address(address.partition("%")[0]).is_global:
            raise OSError("an address of it is not of the public network")
    return addresses
