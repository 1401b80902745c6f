"""Which addresses are asked: the rule where it decides, against every spelling that has fooled somebody."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.errors import NotPublicError
from research_agent.sources.http.redaction import shown
from research_agent.sources.http.safety import check_addresses, check_url, not_public

PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"]
NOT_PUBLIC = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.31.0.1",
    "192.0.0.192",
    "192.168.0.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
SPELLINGS = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7F.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://0x/",
    "http://127.0.0.0x1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://127。0。0。1/",
    "http://127\uff0e0\uff0e0\uff0e1/",
    "http://127.0.0.%31/",
    "http://%6c%6f%63alhost/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[fe80::1%25eth0]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/",
    "http://0xa9fea9fe/",
]
NO_PAGES = [
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "javascript:alert(1)",
    "//example.org/",
    "example.org",
    "http://",
    "http:///x",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://example.org:22/",
    "http://example.org:25/",
    "http://example.org:99999/",
    "http://example.org:x/",
    "http://exa mple.org/",
    "http://example.org\\@127.0.0.1/",
    "http://example.org/\r\nHost: inside",
    "http://[::1/",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_asked(address: str) -> None:
    assert not_public(ip_address(address)) is None


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_not_asked(address: str) -> None:
    assert not_public(ip_address(address))


@pytest.mark.parametrize("url", SPELLINGS)
def test_no_spelling_of_such_an_address_gets_by(url: str) -> None:
    with pytest.raises(NotPublicError, match="Nothing was sent"):
        check_url(url)


@pytest.mark.parametrize("url", NO_PAGES)
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(NotPublicError):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a?b=c%20d#e",
        "http://EXAMPLE.org:8080/",
        "https://1.1.1.1/",
        "https://[2606:4700:4700::1111]/",
        "https://bücher.example/",
        "https://3d.example.org/0x7f",
        "https://doi.org/10.1000/182",
    ],
)
def test_an_address_of_a_page_is_let_through(url: str) -> None:
    check_url(url)


def test_one_private_address_among_public_ones_is_enough_to_refuse_a_host() -> None:
    with pytest.raises(NotPublicError, match=r"example\.org leads to 10\.0\.0\.1, which is not asked: .* private"):
        check_addresses("example.org", [ip_address("1.1.1.1"), ip_address("10.0.0.1")])


@given(st.integers(0, 2**32 - 1))
def test_what_leads_to_an_address_is_public_only_if_that_is(bits: int) -> None:
    inner = IPv4Address(bits)
    mapped, translated = IPv6Address(0xFFFF << 32 | bits), IPv6Address((0x64FF9B << 96) | bits)
    six_to_four = IPv6Address(0x2002 << 112 | bits << 80 | 1)
    for outer in (mapped, translated, six_to_four):
        assert (not_public(outer) is None) == (not_public(inner) is None)


@given(st.ip_addresses())
def test_what_is_called_public_is_global_and_of_one_machine(address: IPv4Address | IPv6Address) -> None:
    if not_public(address) is None and not (isinstance(address, IPv6Address) and address.ipv4_mapped):
        assert address.is_global
        assert not any((address.is_loopback, address.is_multicast, address.is_link_local, address.is_unspecified))


@given(st.integers(0, 2**32 - 1), st.sampled_from(["{}", "0x{:x}", "0{:o}"]))
def test_a_number_is_never_a_host(bits: int, form: str) -> None:
    with pytest.raises(NotPublicError):
        check_url(f"http://{form.format(bits)}/")


@given(st.text(max_size=60))
def test_no_text_is_worse_than_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://{text}/x"):
        try:
            check_url(url)
        except NotPublicError:
            continue


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://me:pw@example.org/a?q=b", "https://example.org/a?q=b"),
        ("https://example.org/?api_key=1&q=x%20y&Token=2", "https://example.org/?api_key=[hidden]&q=x%20y&Token=[hidden]"),
        ("https://example.org/?mailto=me@example.org#frag", "https://example.org/?mailto=[hidden]"),
        ("https://example.org/?X-Amz-Signature=ab&X-Amz-Credential=c", "https://example.org/?X-Amz-Signature=[hidden]&X-Amz-Credential=[hidden]"),
        ("http://[::1", "[hidden]"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_keys(url: str, seen: str) -> None:
    assert shown(url) == seen
