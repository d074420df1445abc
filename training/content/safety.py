"""The last step of every rendering: only listed tags, attributes, classes and schemes come out."""

from __future__ import annotations

import html
import re

import nh3

SCHEMES = frozenset({"http", "https", "mailto"})
CALLOUTS = ("note", "definition", "caution", "danger", "evidence")
STANDINGS = ("established", "consensus", "model", "contested")
ALIGNMENTS = ("left", "center", "right")

_TAGS = {
    "p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "dl", "dt", "dd",
    "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
    "a", "img", "figure", "figcaption", "aside", "div", "span",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "div": {"aria-label"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
_VALUES = {
    "img": {"loading": {"lazy"}, "decoding": {"async"}},
    "div": {"tabindex": {"0"}, "role": {"region"}},
    "th": {"scope": {"col"}},
}
_CLASSES = {
    "aside": {"callout", *(f"callout-{kind}" for kind in CALLOUTS)},
    "p": {"callout-title"},
    "div": {"table-scroll"},
    "span": {"claim", *(f"claim-{standing}" for standing in STANDINGS)},
    "th": {f"align-{side}" for side in ALIGNMENTS},
    "td": {f"align-{side}" for side in ALIGNMENTS},
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    tag_attribute_values=_VALUES,
    allowed_classes=_CLASSES,
    url_schemes=set(SCHEMES),
    link_rel=None,  # set where the link is made, so that links inside the site keep their referrer
)
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f-\xa0]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)


def clean(markup: str) -> str:
    """HTML without anything that runs, loads from elsewhere by itself, or styles the page."""
    return _CLEANER.clean(markup)


def scheme_of(address: str) -> str:
    """The scheme a browser would see, in lower case, or "" for an address within the site."""
    found = _SCHEME.match(_IGNORED_BY_BROWSERS.sub("", html.unescape(address)))
    return found[1].lower() if found else ""
