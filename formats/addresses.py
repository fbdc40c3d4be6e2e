"""Where we write to and ask on the internet: public addresses only, found at the moment of asking."""

import ipaddress
import socket
from collections.abc import Container


class Unreachable(Exception):
    """Nobody is there; the text says why, for logs."""


class Forbidden(Unreachable):
    """The address leads into our own house."""


def is_public(address: str) -> bool:
    """May we send there? Neither to this machine nor to its neighbours, however the address is written."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = _inside(found)
    return found.is_global and not found.is_multicast and (inner is None or is_public(str(inner)))


def _inside(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to: mapped, 6to4, or through a translator (64:ff9b::/96)."""
    if not isinstance(found, ipaddress.IPv6Address):
        return None
    if found in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    teredo = found.teredo
    return found.ipv4_mapped or found.sixtofour or (teredo[1] if teredo else None)


def is_private_name(host: str) -> bool:
    """Names are looked up when something is sent; numbers and our own name can be refused at once."""
    try:
        return not is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def address_of(host: str, port: int, own: Container[str]) -> str:
    """Where the name leads now. One forbidden address among several is enough to refuse: names change their mind.

    `own`: hosts inside one's own network that the deployment allows, as host:port.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("The name is not known.") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if f"{host}:{port}" not in own and not all(is_public(one) for one in addresses):
        raise Forbidden("The name leads to a private address.")
    return addresses[0]
