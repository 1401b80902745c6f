"""Which addresses may be asked: http and https, on the public internet alone. Pure: it sees what the DNS answered.

Checked of every address that is called, again of every redirect's, and of what the name leads to when the connection
is made (`network`), so that a name which answers differently the second time leads nowhere else (DNS rebinding).
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from research_agent.errors import NotPublicError
from research_agent.sources.http.redaction import shown

IPAddress = IPv4Address | IPv6Address
AddressRule = Callable[[IPAddress], str | None]
"""Why an address may not be asked; None: it may."""

_SCHEMES: Final = frozenset({"http", "https"})
_LOWEST_FREE_PORT: Final = 1024
"""Ports below it are those of other services (mail, name, remote login), except 80 and 443."""

_CLOUD_SERVICES: Final = {
    ip_address("168.63.129.16"): "the host service of a cloud (Azure)",
    ip_address("169.254.169.254"): "the metadata service of a cloud",
    ip_address("169.254.170.2"): "the credentials service of a cloud (AWS ECS)",
    ip_address("100.100.100.200"): "the metadata service of a cloud (Alibaba)",
    ip_address("fd00:ec2::254"): "the metadata service of a cloud (AWS)",
}
# Not all releases of Python call these special (python/cpython#113171): RFC 6890 and its successors, kept by IANA.
_SPECIAL_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")
_SPECIAL_V6: Final = tuple(IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "3fff::/20"))
# Addresses of version 6 that lead to one of version 4 in their bits (RFC 4291, 6052, 3056).
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR: Final = IPv6Network("2002::/16")

_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


def not_public(address: IPAddress) -> str | None:
    """Why an address is not one of the public internet; None: it is."""
    if address in _CLOUD_SERVICES:
        return _CLOUD_SERVICES[address]
    if isinstance(address, IPv6Address):
        inner = _version_4_within(address)
        if inner is not None:
            reason = not_public(inner)
            return reason and f"it leads to {inner}, {reason}"
        public = address in _GLOBAL_V6 and not any(address in network for network in _SPECIAL_V6)
    else:
        public = not any(address in network for network in _SPECIAL_V4)
    if public and address.is_global:
        return None
    return _kind_of(address)


def check_url(url: str, rule: AddressRule = not_public) -> None:
    """Refuse an address that may not be asked, by what can be seen without the DNS.

    Raises:
        NotPublicError: another scheme than http and https, a name or a password in it, a port of another service, a
            host that is an address outside the rule, or a number that some read as an address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _refused(url, f"it can't be read ({error})") from error
    if parts.scheme.lower() not in _SCHEMES:
        raise _refused(url, "only http and https are asked")
    if "@" in parts.netloc:
        raise _refused(url, "it has a name or a password in it")
    if not host or not _plain(url):
        raise _refused(url, "it has no host, or spaces, control characters, backslashes or an encoded host in it")
    literal = address_of(host)
    if isinstance(literal, str):
        raise _refused(url, literal)
    if literal is not None:
        check_addresses(host, [literal], rule)
    if port is not None and port not in (80, 443) and port < _LOWEST_FREE_PORT:
        raise _refused(url, f"port {port} is not one of web pages")


def check_addresses(host: str, addresses: list[IPAddress], rule: AddressRule = not_public) -> None:
    """Refuse a host of which one address is outside the rule: a public name has no business there.

    Raises:
        NotPublicError: names the host, the address and the reason.
    """
    for address in addresses:
        reason = rule(address)
        if reason is not None:
            where = "" if str(address) == host.strip("[]") else f" leads to {address}, which"
            raise NotPublicError(
                f"{host}{where} is not asked: {reason}. Nothing was sent. Give an address on the public internet."
            )


def address_of(host: str) -> IPAddress | str | None:
    """The address that a host is; why it may be none, for a spelling that some read as one; None: it is a name.

    A host whose last label is a number is an address by the URL standard (url.spec.whatwg.org, "ends in a number"),
    however it is spelt: 2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1. One spelling is taken: four decimals.
    """
    bare = host.strip("[]").rstrip(".")
    try:
        return ip_address(bare.partition("%")[0])
    except ValueError:
        pass
    # Full-width digits and dots become plain ones before a host is looked up (UTS 46).
    plain = _with_plain_digits(bare)
    last = plain.rpartition(".")[2]
    if last and (_NUMBER.fullmatch(last) is not None or last.isdigit()):
        return "it is a number in place of a host; an address is written as four decimal numbers"
    if plain != bare:
        return "its host has digits or dots in a form that hides what it is"
    return None


def _version_4_within(address: IPv6Address) -> IPv4Address | None:
    bits = int(address)
    if address in _MAPPED or address in _TRANSLATED:
        return IPv4Address(bits & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(bits >> 80 & 0xFFFFFFFF)
    return None


def _kind_of(address: IPAddress) -> str:
    if address.is_loopback or address.is_unspecified:
        return "it is this machine's own"
    if address.is_link_local:
        return "it is of the local link, where metadata services live"
    if address.is_multicast:
        return "it is of a group of machines"
    if address.is_private:
        return "it is of a private network, or kept for special use"
    return "it is kept for special use"


def _with_plain_digits(host: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKC", host).replace("。", ".").replace("．", ".").replace("｡", ".")  # noqa: RUF001


def _plain(url: str) -> bool:
    host = urlsplit(url).netloc.partition("]")[2] or urlsplit(url).netloc
    return "%" not in host and not any(c <= " " or c in {"\\", "\x7f"} for c in url)


def _refused(url: str, reason: str) -> NotPublicError:
    return NotPublicError(f"{shown(url)} is not asked: {reason}. Nothing was sent.")
