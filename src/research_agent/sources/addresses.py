"""Bring an address into one normal form: the same page spelled in two ways gets one address. Pure; no network.

Names of works (DOI, arXiv id, RFC number, repository) are read out of addresses in `naming`.
"""

import re
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

# Parameters that say where a click came from and never which page is meant.
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|s_cid|vero_id)$",
    re.IGNORECASE,
)
# Read the Docs serves /en/latest/ and /en/stable/ as the moving views of one page, under its own and other hosts
# (https://docs.readthedocs.com/platform/stable/versions.html).
_MOVING_VIEW = re.compile(r"^/en/(?:latest|stable)(?=/|$)", re.IGNORECASE)
_READ_THE_DOCS = (".readthedocs.io", ".readthedocs.org", ".rtfd.io")
_INDEX_PAGE = re.compile(r"/index\.html?$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_VIDEO_ID = re.compile(r"^[\w-]+$", re.ASCII)
_VIDEO_HOSTS = {"youtube.com", "m.youtube.com", "youtu.be"}


def is_web_address(text: str) -> bool:
    """Whether the text is an absolute http(s) address with a public-looking host, no credentials and no spaces."""
    parts = _split(text.strip())
    if parts is None or parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return False
    return not re.search(r"\s", text.strip()) and bool(re.fullmatch(r"[^.\s]+(\.[^.\s]+)+", parts.hostname))


@lru_cache(maxsize=8192)
def host_of(url: str) -> str:
    """The host of an address in lower case without `www.`; empty for what is no address."""
    parts = _split(url.strip())
    return _bare_host(parts.hostname or "") if parts else ""


def without_fragment(url: str) -> str:
    """The address without its fragment, unless the fragment is a route of a one-page site (`#/page`, `#!page`)."""
    base, _, fragment = url.partition("#")
    return url if fragment.startswith(("/", "!")) else base


@lru_cache(maxsize=8192)
def canonical_address(url: str) -> str:
    """One spelling for all addresses of a page: https, no `www.`, no fragment, tracking, port, index page or end slash.

    Percent-encoding, dot segments and the order of the query follow RFC 3986, section 6, as w3lib applies it. What is
    no address comes back stripped and otherwise as it was.
    """
    from w3lib.url import canonicalize_url

    text = url.strip()
    if not is_web_address(text):
        return text
    base, _, fragment = text.partition("#")
    route = fragment if fragment.startswith(("/", "!")) else ""
    try:
        parts = urlsplit(canonicalize_url(base))
    except ValueError:  # a host that is no host, such as an unfinished IPv6 address
        return text
    host = _bare_host(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    netloc = host if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair.partition("=")[0]))
    path = _plain_path(host, parts.path)
    if host in _VIDEO_HOSTS:
        netloc, path, query = _video(host, path, query)
    return urlunsplit(SplitResult("https", netloc, path, query, route))


def path_segments(url: str) -> list[str]:
    """The segments of an address's path, percent-decoded, without empty ones."""
    parts = _split(url.strip())
    return [unquote(segment) for segment in parts.path.split("/") if segment] if parts else []


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is no number raises here
    except ValueError:
        return None
    return parts


def _bare_host(host: str) -> str:
    host = host.lower().rstrip(".")
    bare = host.removeprefix("www.")
    return bare if "." in bare else host


def _plain_path(host: str, path: str) -> str:
    """The path without moving view, index page and end slash, however often they stand in it."""
    while True:
        shorter = _MOVING_VIEW.sub("", path.rstrip("/"))
        if host.endswith(_READ_THE_DOCS):
            shorter = re.sub(r"^/en(?=/|$)", "", shorter)
        shorter = _INDEX_PAGE.sub("", shorter)
        if shorter == path:
            return path
        path = shorter


def _video(host: str, path: str, query: str) -> tuple[str, str, str]:
    """The watch page of a video, whatever starting second or short link it was given by."""
    if host == "youtu.be":
        video = path.strip("/")
    elif path == "/watch":
        video = next((pair[2:] for pair in query.split("&") if pair.startswith("v=")), "")
    else:
        video = ""
    return ("youtube.com", "/watch", f"v={video}") if _VIDEO_ID.match(video) else (host, path, query)
