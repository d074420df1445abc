from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.content.documents import Reference
from training.content.markdown import render
from training.content.page import Page

PAGE = Page(
    folder=Path("/content/courses/a"),
    references={"M09": Reference("M09", "Murphy DR, Hurwitz EL. Spine 2009;1"), "STD": Reference("STD", "A standard")},
    addresses={Path("/content/courses/a/02-b.md"): "/courses/a/b"},
    heading_ids=True,
)

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<style>body{background:url(javascript:alert(1))}</style>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<!-- <script>alert(1)</script> -->",
    "<!--><script>alert(1)</script>-->",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<form action=//evil.example><button>go</button></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<details open ontoggle=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x]( javascript:alert(1) )",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](//evil.example)",
    "[x](\\\\evil.example)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    '[x][r]\n\n[r]: <javascript:alert(1)> "t"',
    "<javascript://%0aalert(1)>",
    "<data://text/html,x>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    '![x](x.svg "<script>alert(1)</script>")',
    '![x" onerror="alert(1)](x.svg)',
    '[x](https://e.org "" onmouseover="alert(1)")',
    '[x](https://e.org"onmouseover="alert(1))',
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "```{onclick=alert(1) style=x}\ncode\n```",
    "``` html onclick=alert(1)\ncode\n```",
    '!!! note onclick=alert "x"\n    y',
    '!!! note "<img src=x onerror=alert(1)>"\n    y',
    "## <img src=x onerror=alert(1)>",
    "| <script>alert(1)</script> | b | c |\n|---|---|---|\n| <img src=x onerror=alert(1)> | x | y |",
    '{{ claim: established"><script>alert(1)</script>, M09 }}',
    "{{ claim: established, <script>alert(1)</script> }}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a\u2028href=javascript:alert(1)>x",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "[<img src=x onerror=alert(1)>](https://e.org)",
    "term <b onclick=x>\n:   <script>alert(1)</script>",
]

TAGS = frozenset({
    "p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "dl", "dt", "dd",
    "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
    "a", "img", "figure", "figcaption", "aside", "div", "span",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "href", "title", "rel", "src", "alt", "width", "height", "loading", "decoding", "start", "id", "class", "scope",
    "tabindex", "role", "aria-label",
})  # fmt: skip


class Audit(HTMLParser):
    """Fails on any tag, attribute or address that could do something."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, (tag, name)
            if name == "href":
                assert re.match(r"(https?://|mailto:|/(?![/\\])|#)", value or ""), value
            if name == "src":
                assert re.fullmatch(r"/media/[0-9a-f]{64}\.(svg|png)", value or ""), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def audit(html: str) -> None:
    parser = Audit()
    parser.feed(html)
    parser.close()


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("frame", ["{}", "> {}", "- {}", "text {} text", "## H\n\n{}\n\nend"])
def test_nothing_executable_survives(attack: str, frame: str) -> None:
    audit(render(frame.replace("{}", attack), PAGE).html)


FRAGMENTS = st.sampled_from(
    [*ATTACKS, "\n\n", "\n", "    ", "- ", "> ", "`", "```\n", "[", "](", ")", "![", "<", ">", "*", "_", "|", "---",
     "{{", "}}", "{{ claim: model, M09 }}", "!!! note\n", ":   ", "\\", "&", "\t", "#", "1. ", "\x00", "\x02", "\x03"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=14).map("".join))
def test_no_text_makes_unsafe_html_or_an_exception(text: str) -> None:
    audit(render(text, PAGE).html)


@pytest.mark.parametrize("text", ["> " * 3000, "[" * 5000, "*" * 5000, "`" * 5001 + "a", "![" * 3000, "- " * 2000,
                                  "{{" * 5000, "<" * 5000, "(" * 5000 + ")" * 5000, "|" * 5000, "a\n" * 5000,
                                  "    " * 200 + "- x\n" * 100, "a\n=\n" * 9000, "```a\n" * 9000])  # fmt: skip
def test_hostile_repetition_neither_hangs_nor_breaks(text: str) -> None:
    audit(render(text, PAGE).html)


def test_a_claim_is_a_badge_that_leads_to_its_sources() -> None:
    found = render("Roots hurt. {{ claim: contested, M09, STD }}", PAGE)
    assert found.html == (
        '<p>Roots hurt. <span class="claim claim-contested">contested: '
        '<a href="#ref-M09" title="Murphy DR, Hurwitz EL. Spine 2009;1">Murphy 2009</a>, '
        '<a href="#ref-STD" title="A standard">STD</a></span></p>'
    )
    assert found.reference_keys == ("M09", "STD")
    assert found.problems == ()


def test_a_claim_may_run_over_a_lines_end() -> None:
    assert "claim-model" in render("a {{ claim: model,\nM09 }}", PAGE).html


def test_claims_inside_code_are_code() -> None:
    found = render("`{{ claim: x }}`\n\n```\n{{ claim: y }}\n```", PAGE)
    assert found.problems == ()
    assert found.reference_keys == ()


def test_headings_get_unique_ids_apart_from_the_pages() -> None:
    found = render("## Look *first*\n\n### Look first\n\n## ???", PAGE)
    assert [heading.id for heading in found.headings] == ["sec-look-first", "sec-look-first-2", "sec-part"]
    assert '<h2 id="sec-look-first">Look <em>first</em></h2>' in found.html


def test_lesson_links_become_addresses() -> None:
    assert '<a href="/courses/a/b#sec-x">' in render("[b](02-b.md#x)", PAGE).html
    assert '<a href="/courses/a/b">' in render("[b](./02-b.md)", PAGE).html


def test_links_to_other_sites_do_not_tell_them_about_us() -> None:
    assert render("[e](https://e.org)", PAGE).html == ('<p><a href="https://e.org" rel="noopener noreferrer">e</a></p>')


def test_a_figure_has_size_and_caption(tmp_path: Path) -> None:
    (tmp_path / "s.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32.4 20"/>', "utf-8")
    found = render('![A spine](s.svg "The spine")', Page(tmp_path))
    (asset,) = found.assets
    assert found.html.startswith(f'<figure><a href="/media/{asset.hash}.svg"><img ')
    assert found.html.endswith("></a><figcaption>The spine</figcaption></figure>")
    for attribute in ('alt="A spine"', 'width="32"', 'height="20"', 'loading="lazy"', 'decoding="async"'):
        assert attribute in found.html
    assert f'src="/media/{asset.hash}.svg"' in found.html
    assert asset.media_type == "image/svg+xml"


def test_callouts_are_asides() -> None:
    assert render('!!! caution "Lungs"\n    Stay shallow.', PAGE).html == (
        '<aside class="callout callout-caution"><p class="callout-title">Lungs</p><p>Stay shallow.</p></aside>'
    )


def test_wide_tables_scroll_by_themselves_and_keep_their_alignment_without_styles() -> None:
    html = render("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |", PAGE).html
    box = re.match(r"<div ([^>]*)><table>", html)
    assert box
    for attribute in ('class="table-scroll"', 'tabindex="0"', 'role="region"', 'aria-label="Table: a, b, c"'):
        assert attribute in box[1]
    assert '<td class="align-right">3</td>' in html
    assert "style" not in html
    assert render("| a | b |\n|---|---|\n| 1 | 2 |", PAGE).html.startswith("<table>")


def test_definitions_and_indented_text_are_text() -> None:
    assert render("Term\n:   What it means.", PAGE).html == "<dl><dt>Term</dt><dd>What it means.</dd></dl>"
    assert "<pre>" not in render("    indented", PAGE).html


def test_problems_name_lines_behind_code_and_repeats() -> None:
    text = "```\n[x](gone.md)\n```\n\n[x](gone.md) and\n[y](gone.md)"
    assert [problem.line for problem in render(text, PAGE).problems] == [5, 6]


def test_comparisons_are_not_html() -> None:
    found = render("p < 0.05 and a<b, b > c & d", PAGE)
    assert found.problems == ()
    assert found.html == "<p>p &lt; 0.05 and a&lt;b, b &gt; c &amp; d</p>"
