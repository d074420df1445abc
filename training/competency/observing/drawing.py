"""A link as a code that a phone's camera reads."""

from __future__ import annotations

import io


def code_of(link: str) -> bytes:
    """An SVG of the QR code: dark on white whatever the page's colours, with the quiet zone that ISO/IEC 18004 asks for.

    Error correction M bears a scratched screen, and keeps the modules large enough for a camera at arm's length.
    """
    import segno  # loads when the first code is drawn: no other page needs it

    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawn, kind="svg", scale=8, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return drawn.getvalue()
