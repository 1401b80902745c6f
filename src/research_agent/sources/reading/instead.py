"""Notice what a page shows in place of a work: an error, a log-in, a question of consent, a check of browsers. Pure.

Words alone decide nothing: a work may be about log-ins. They count where there is hardly any text besides.
"""

import re
from typing import Final
from urllib.parse import urlsplit

LITTLE: Final = 1_500
"""Characters of text up to which a page may be an error or a log-in; works are longer."""
_HARDLY_ANY: Final = 600

# Titles and headings, in the languages that most of the sites use which the corpus cites.
_MISSING = re.compile(
    r"^(?:\W|http|error|erreur|fehler)*(?:404|410)\b"
    r"|\b(?:page|document|article|content|file|site|url)(?: (?:was|is|could|can(?:no|')?t|does))? ?"
    r"(?:not (?:be )?found|no longer (?:available|exists?)|(?:not|n't) exist|unavailable|gone)\b"
    r"|\b(?:seite|dokument) (?:wurde )?nicht gefunden\b|\bpage (?:introuvable|non trouvée)\b"
    r"|\bp[áa]gina no encontrada\b|^not found\b",
    re.IGNORECASE,
)
_LOG_IN = re.compile(
    r"^(?:please )?(?:log|sign)[ -]?(?:in|on|up)\b|\b(?:log|sign) in to (?:continue|read|your)\b"
    r"|^(?:anmelden|einloggen|connexion|iniciar sesi[óo]n)\b|\bsubscribe to (?:continue|read)\b"
    r"|^(?:access denied|forbidden|unauthori[sz]ed|members only)\b",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"^before you continue\b|^(?:we value your privacy|cookie consent|your privacy choices|bevor sie fortfahren)\b"
    r"|\baccept (?:all )?cookies\b",
    re.IGNORECASE,
)
_CHECK = re.compile(
    r"^(?:just a moment|one moment,? please|attention required|checking your browser|security check|please wait"
    r"|verif(?:y|ying) (?:that )?you are (?:a )?human|are you (?:a )?(?:human|robot)|bot verification|captcha)\b"
    r"|\benable (?:javascript|js)(?: and cookies)?\b",
    re.IGNORECASE,
)
_WORDS: Final = (
    (_MISSING, "the page says that there is nothing here"),
    (_LOG_IN, "the page asks for a log-in"),
    (_CONSENT, "the page asks for consent first"),
    (_CHECK, "the page checks who reads it, and shows programs nothing"),
)
_LOG_IN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|sso|oauth2?|saml2?|account/login|authorize|idp)(?:[/.?]|$)", re.IGNORECASE
)
_CONSENT_HOST = re.compile(r"^(?:consent|privacy|cookie-?consent)\.", re.IGNORECASE)


def shown_instead(headings: list[str], text: str, *, has_password: bool) -> str:
    """What a page shows in place of a work, in words; empty: it shows what may be one.

    Args:
        headings: its title and main headings.
        text: its main text.
        has_password: whether it has a field for a password.
    """
    if len(text) > LITTLE:
        return ""
    openings = [*headings, *([text[:200]] if len(text) <= _HARDLY_ANY else [])]
    told = next((what for words, what in _WORDS if any(words.search(one) for one in openings)), "")
    if told:
        return told
    return "the page asks for a log-in" if has_password and len(text) <= _HARDLY_ANY else ""


def led_away(asked: str, landed: str) -> str:
    """Where redirects led instead of to a work, in words; empty: to what may be one.

    Args:
        asked: address that was asked.
        landed: address that answered.
    """
    there = urlsplit(landed)
    if asked == landed or _LOG_IN_PATH.search(urlsplit(asked).path):
        return ""
    if _LOG_IN_PATH.search(there.path):
        return "it leads to a log-in"
    if _CONSENT_HOST.match(there.hostname or ""):
        return "it leads to a question of consent"
    here = urlsplit(asked)
    same_site = (here.hostname or "").removeprefix("www.") == (there.hostname or "").removeprefix("www.")
    if same_site and len(here.path.strip("/")) > 0 and not there.path.strip("/") and not there.query:
        return "it leads to the front page of its site, as sites do with what is gone"
    return ""
