"""Telling a platform that a job has ended: signed, tried again, and only to hosts that the operator has allowed.

Only https; no redirects; the addresses that the name stands for are looked up once, judged, and then one of them is
called by number, so that a name cannot mean another machine a moment later.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from optimizer.common.language import Text

__all__ = ["addresses_of", "webhook_fault"]


def webhook_fault(url: str, allowed_hosts: tuple[str, ...]) -> Text | None:
    """Why an address may not be told; ``None`` if it may. Names are not looked up here."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return Text("不是网址", "not an address")
    if parts.scheme != "https":
        return Text("不是 https", "not https")
    if parts.username is not None or parts.password is not None:
        return Text("其中有用户名或密码", "a name or password in it")
    host = (parts.hostname or "").lower()
    if host not in {one.lower() for one in allowed_hosts}:
        return Text("主机不在运营方的名单上", "its host is not on the operator's list")
    if port not in (None, 443):
        return Text("端口不是 443", "another port than 443")
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
