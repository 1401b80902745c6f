"""Read the names by which works are known (DOI, arXiv id, RFC number, repository and path) in one normal form each.

Pure; no network. The forms follow the DOI Handbook 2.5 (case-insensitive names), arXiv's identifier scheme
(https://info.arxiv.org/help/arxiv_identifier.html) and RFC 7669 (DOIs of RFCs).
"""

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, unquote

from research_agent.model.source import Identifiers
from research_agent.sources.addresses import canonical_address, host_of, is_web_address, path_segments

Scheme = Literal["doi", "arxiv", "rfc", "draft", "repository", "url"]
Name = tuple[Scheme, str]

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_DOI_LABEL = re.compile(r"^(?:urn:doi:|info:doi/|doi:)\s*", re.IGNORECASE)
_DOI_RESOLVER = re.compile(r"^(?:https?://)?(?:dx\.|www\.)?doi\.org/+", re.IGNORECASE)
# Publishers' pages carry the DOI in their path: /doi/abs/10.1145/..., /article/10.1007/...
_DOI_IN_PATH = re.compile(r"/(?:doi/(?:(?:abs|full|pdf|epdf|epub|book|pdfdirect)/)?|article/|chapter/|book/)(10\..+)$")
_DOI_IN_PATH_HOSTS = (
    "dl.acm.org",
    "link.springer.com",
    "onlinelibrary.wiley.com",
    "tandfonline.com",
    "journals.sagepub.com",
    "pubsonline.informs.org",
    "epubs.siam.org",
    "science.org",
)
_ARXIV_DOI = re.compile(r"^10\.48550/arxiv\.(.+)$")
_RFC_DOI = re.compile(r"^10\.17487/rfc0*([1-9]\d{0,4})$")

_ARXIV_NEW = re.compile(r"^(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d+)?$")
_ARXIV_OLD = re.compile(r"^([a-z][a-z-]+)(?:\.[a-z]{2})?/(\d{2}(?:0[1-9]|1[0-2])\d{3})(?:v\d+)?$")
_ARXIV_PAGES = {"abs", "pdf", "html", "format", "ps", "src", "e-print"}

_RFC_SEGMENT = re.compile(r"^rfc0*([1-9]\d{0,4})(?:\.(?:html|txt|pdf|xml|ps))?$", re.IGNORECASE)
_RFC_HOSTS = ("rfc-editor.org", "ietf.org", "httpwg.org")
_NOT_THE_RFC = {"errata", "errata_search.php", "review"}
_DRAFT_SEGMENT = re.compile(r"^(draft-[a-z0-9]+(?:-[a-z0-9]+)*?)(?:-\d{2})?(?:\.(?:html|txt|pdf|xml))?$", re.IGNORECASE)

_HOST_WITH_GROUPS = "gitlab.com"
_FILE_PAGE = {
    "github.com": "/blob/HEAD/",
    "gitlab.com": "/-/blob/HEAD/",
    "codeberg.org": "/src/branch/main/",
    "bitbucket.org": "/src/HEAD/",
}
# GitHub's own pages that stand where an owner would.
_NO_OWNERS = {
    *("about", "apps", "blog", "collections", "contact", "customer-stories", "enterprise", "events", "explore"),
    *("features", "join", "login", "marketplace", "new", "notifications", "orgs", "pricing", "readme", "search"),
    *("security", "settings", "site", "sponsors", "stars", "topics", "trending", "users"),
}
_PROJECT_PART = re.compile(r"^[\w.-]*\w[\w.-]*$", re.ASCII)
_FILE_VIEWS = {"blob", "tree", "raw", "blame", "edit", "src"}
_MOVING_BRANCHES = {"main", "master", "head", "trunk", "develop", "devel"}
_COMMIT = re.compile(r"^[0-9a-f]{40}$")
_ROOT_README = re.compile(r"^readme(?:\.(?:md|rst|txt|markdown|adoc))?$", re.IGNORECASE)
_RFC_NAME = re.compile(r"^rfc[\s:_-]*0*([1-9]\d{0,4})$", re.IGNORECASE)
_DRAFT_NAME = re.compile(r"^draft-[a-z0-9]+(?:-[a-z0-9]+)+(?:\.(?:html|txt|pdf|xml))?$", re.IGNORECASE)
# Hosts whose addresses people write without "https://".
_NAMED_BY_HOST = (*_FILE_PAGE, "doi.org", "arxiv.org", "rfc-editor.org", "datatracker.ietf.org")
_GIT_ADDRESS = re.compile(r"^(?:git\+)?(?:ssh|git|https?)://(?:[\w.-]+@)?|^git@", re.IGNORECASE)


def identify(url: str = "", doi: str | None = None, arxiv_id: str | None = None) -> Identifiers:
    """Everything that names the work in an address and the identifiers given beside it, each in its normal form.

    A DOI that only spells an arXiv id or an RFC number is kept as that id or number. A repository's issue, release or
    wiki page is known by its address alone: it is not the repository.
    """
    given = normal_doi(doi or "")
    found = dict([name_in(url), *([_plain_name(given)] if given else [])])
    rfc = found.get("rfc")
    return Identifiers(
        doi=found.get("doi"),
        arxiv=normal_arxiv(arxiv_id or "") or found.get("arxiv"),
        rfc=int(rfc) if rfc else None,
        repository=found.get("repository"),
        url=normal_url(url) or None,
    )


@lru_cache(maxsize=8192)
def name_in(url: str) -> Name:
    """The one name that an address gives its work: scheme (doi, arxiv, rfc, draft, repository, url) and normal form."""
    if doi := _doi_in(url):
        return _plain_name(doi)
    if arxiv := _arxiv_in(url):
        return "arxiv", arxiv
    if rfc := _rfc_in(url):
        return "rfc", str(rfc)
    if draft := normal_draft(url):
        return "draft", draft
    if repository := normal_repository(url):
        return "repository", repository
    canonical = canonical_address(url)
    return ("url", canonical) if canonical == url else name_in(canonical)


def name_of(text: str) -> Name | None:
    """The name that a text is, as people write them: a DOI, "arXiv:2304.00228", "RFC 9110", a draft, an address.

    None for what is none of them; a number alone or a word names nothing.
    """
    given = text.strip()
    if doi := normal_doi(given):
        return _plain_name(doi)
    bare = _without_end_punctuation(given)  # as it may be copied out of a sentence; of an address all may count
    if arxiv := normal_arxiv(bare):
        return "arxiv", arxiv
    if rfc := _RFC_NAME.match(bare):
        return "rfc", rfc[1]
    if _DRAFT_NAME.match(bare) and (draft := _DRAFT_SEGMENT.match(bare)):
        return "draft", draft[1].lower()
    if "://" not in given and host_of(f"https://{given}") in _NAMED_BY_HOST:
        given = f"https://{given}"
    if is_web_address(given):
        return name_in(given)
    repository = normal_repository(given) if _GIT_ADDRESS.match(given) else None
    return ("repository", repository) if repository else None


def normal_url(url: str) -> str:
    """The address that stands for all spellings of it: a DOI's resolver, the abstract at arXiv, and so on."""
    return address_of(*name_in(url))


def address_of(scheme: Scheme, name: str) -> str:
    """The address at which a normalised name is looked up; `name_in` reads the same name out of it again."""
    match scheme:
        case "doi":
            return f"https://doi.org/{quote(name, safe='/():;<>._-')}"
        case "arxiv":
            return f"https://arxiv.org/abs/{name}"
        case "rfc":
            return f"https://www.rfc-editor.org/rfc/rfc{name}"
        case "draft":
            return f"https://datatracker.ietf.org/doc/{name}"
        case "repository":
            return _repository_page(name)
        case "url":
            return name


def normal_doi(text: str) -> str | None:
    """The DOI in lower case, without resolver, label or the punctuation of a sentence around it; None if it is none."""
    text = text.strip()
    bare = _DOI_LABEL.sub("", text)
    if _DOI_RESOLVER.match(bare):
        bare = unquote(re.split(r"[?#]", _DOI_RESOLVER.sub("", bare), maxsplit=1)[0])
    doi = _without_end_punctuation(bare.strip().lower())
    return doi if _DOI.fullmatch(doi) else None


def normal_arxiv(text: str) -> str | None:
    """The arXiv id without label, version, subject class or file ending; None if it is none."""
    bare = text.strip().lower()
    bare = re.sub(r"^arxiv:\s*", "", bare).removesuffix(".pdf")
    if new := _ARXIV_NEW.match(bare):
        return new[1]
    if old := _ARXIV_OLD.match(bare):
        return f"{old[1]}/{old[2]}"
    return None


def normal_repository(url: str) -> str | None:
    """Host, owner, name and path of a repository or of a file in it at its moving branch; None for anything else.

    Host, owner and name are lower-cased (these hosts ignore case there), the path is not. The usual names of a default
    branch count as one, a full commit hash as a link to the same file; another branch or tag is another text. The
    README at the top is what the repository's own page shows.
    """
    host, segments = _repository_address(url)
    if host not in _FILE_PAGE or len(segments) < 2:
        return None
    project, view = _project_and_view(host, segments)
    owner_and_name = [part.lower() for part in project]
    owner_and_name[-1] = owner_and_name[-1].removesuffix(".git")
    if len(owner_and_name) < 2 or not all(map(_PROJECT_PART.match, owner_and_name)) or owner_and_name[0] in _NO_OWNERS:
        return None
    path = _path_in_repository(view)
    if path is None:
        return None
    between = ["-"] if host == _HOST_WITH_GROUPS and path else []
    return "/".join((host, *owner_and_name, *between, *path))


def repository_owner(url: str) -> str | None:
    """Host and owner, lower-cased (`github.com/jd`), of any page under a repository, its issues included; else None."""
    host, segments = _repository_address(url)
    if host in _FILE_PAGE and segments and segments[0].lower() not in _NO_OWNERS:
        return f"{host}/{segments[0].lower()}"
    return None


def normal_draft(url: str) -> str | None:
    """The name of an Internet-Draft without its revision, if the address is one of its pages."""
    if not _under(host_of(url), _RFC_HOSTS):
        return None
    for segment in path_segments(url):
        if draft := _DRAFT_SEGMENT.match(segment):
            return draft[1].lower()
    return None


def _plain_name(doi: str) -> Name:
    """A DOI, or the arXiv id or RFC number that it spells."""
    if (of_arxiv := _ARXIV_DOI.match(doi)) and (arxiv := normal_arxiv(of_arxiv[1])):
        return "arxiv", arxiv
    if of_rfc := _RFC_DOI.match(doi):
        return "rfc", of_rfc[1]
    return "doi", doi


def _doi_in(url: str) -> str | None:
    if _DOI_RESOLVER.match(url.strip()):
        return normal_doi(url)
    host = host_of(url)
    if not _under(host, _DOI_IN_PATH_HOSTS):
        return None
    found = _DOI_IN_PATH.search("/" + "/".join(path_segments(url)))
    return normal_doi(found[1].removesuffix(".pdf")) if found else None


def _arxiv_in(url: str) -> str | None:
    if not _under(host_of(url), ("arxiv.org",)):
        return None
    segments = path_segments(url)
    if len(segments) < 2 or segments[0].lower() not in _ARXIV_PAGES:
        return None
    return normal_arxiv("/".join(segments[1:3])) or normal_arxiv(segments[1])


def _rfc_in(url: str) -> int | None:
    if not _under(host_of(url), _RFC_HOSTS):
        return None
    segments = path_segments(url)
    if any(segment.lower() in _NOT_THE_RFC for segment in segments):
        return None
    for segment in segments:
        if rfc := _RFC_SEGMENT.match(segment):
            return int(rfc[1])
    return None


@lru_cache(maxsize=8192)
def _repository_address(url: str) -> tuple[str, tuple[str, ...]]:
    """Host and path segments, with raw and git addresses turned into those of the web page."""
    text = url.strip()
    if not is_web_address(text):
        if not _GIT_ADDRESS.match(text):
            return "", ()
        text = "https://" + _GIT_ADDRESS.sub("", text).replace(":", "/", 1)
        if not is_web_address(text):
            return "", ()
    host, segments = host_of(text), path_segments(text)
    if host == "raw.githubusercontent.com" and len(segments) > 3:
        owner, name, *rest = segments
        rest = rest[2:] if rest[:2] == ["refs", "heads"] else rest
        return "github.com", (owner, name, "blob", *rest)
    return host, tuple(segments)


def _project_and_view(host: str, segments: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where the project's name ends and the view of it begins; groups of GitLab nest to any depth."""
    if host != _HOST_WITH_GROUPS:
        return segments[:2], segments[2:]
    for marker in ("-", "blob", "tree", "raw"):
        if marker in segments[2:]:
            cut = segments.index(marker, 2)
            return segments[:cut], segments[cut + (marker == "-") :]
    return segments, ()


def _path_in_repository(view: tuple[str, ...]) -> list[str] | None:
    """The path behind `blob/main`; empty at the top; None where the page is no file of the moving branch."""
    if not view:
        return []
    if view[0] not in _FILE_VIEWS or len(view) < 2:
        return None
    rest = list(view[1:])
    if view[0] == "src" and rest[0] in {"branch", "commit"}:
        rest = rest[1:]
    if not rest or not (rest[0].lower() in _MOVING_BRANCHES or _COMMIT.match(rest[0])):
        return None
    path = rest[1:]
    return [] if len(path) == 1 and _ROOT_README.match(path[0]) else path


def _repository_page(repository: str) -> str:
    host, rest = repository.split("/", 1)
    if host == _HOST_WITH_GROUPS:
        project, _, path = rest.partition("/-/")
    else:
        owner, name, *below = rest.split("/", 2)
        project, path = f"{owner}/{name}", "".join(below)
    page = f"https://{host}/{project}"
    return f"{page}{_FILE_PAGE[host]}{quote(path)}" if path else page


def _under(host: str, parents: tuple[str, ...]) -> bool:
    return any(host == parent or host.endswith("." + parent) for parent in parents)


def _without_end_punctuation(text: str) -> str:
    """Drop what a sentence leaves behind a name; a closing bracket stays where the name itself opened one."""
    pairs = {")": "(", "]": "[", ">": "<", "}": "{"}
    while text:
        last = text[-1]
        closes_nothing = last in pairs and text.count(last) > text.count(pairs[last])
        if last not in ".,;:\"'" and not closes_nothing:
            break
        text = text[:-1]
    return text
