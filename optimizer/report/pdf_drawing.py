"""Boxes, lines of text and QR codes on a PDF page."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import segno

from optimizer.report.font import FAMILY, printable

__all__ = ["put_box", "put_text", "qr_image"]


def put_text(pdf: Any, left: float, top: float, words: str, size: float) -> None:
    """One line of text; positions in mm, the size in points."""
    pdf.set_font(FAMILY, size=size)
    pdf.set_xy(left, top)
    pdf.cell(text=printable(words))


def put_box(
    pdf: Any,
    left: float,
    top: float,
    width: float,
    height: float,
    lines: Sequence[str],
    *,
    size: float,
    first_size: float | None = None,
    fill: bool = False,
) -> None:
    """A framed box with the first line large; what is too wide is wrapped, what is too long is cut off."""
    pdf.set_draw_color(120)
    pdf.set_fill_color(236, 240, 243)
    pdf.rect(left, top, width, height, style="DF" if fill else "D")
    y = top + 1.0
    for index, line in enumerate(line for line in lines if line):
        points = (first_size or size) if index == 0 else size
        pdf.set_font(FAMILY, size=points)
        step = points * 0.42
        for piece in _wrapped(pdf, printable(line), width - 2.5):
            if y + step > top + height:
                return
            pdf.set_xy(left + 0.5, y)
            pdf.cell(w=width - 1.0, h=step, text=piece)
            y += step


def _wrapped(pdf: Any, line: str, width: float) -> Iterator[str]:
    piece = ""
    for character in line:
        if piece and pdf.get_string_width(piece + character) > width:
            yield piece
            piece = ""
        piece += character
    yield piece


def qr_image(link: str) -> io.BytesIO:
    """A QR code as a PNG picture."""
    stream = io.BytesIO()
    segno.make(link, error="m", micro=False).save(stream, kind="png", scale=4, border=2)
    stream.seek(0)
    return stream
