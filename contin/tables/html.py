"""Tables as HTML that takes its colours from the notebook, dark or light."""

from __future__ import annotations

from html import escape

from contin.branch import Branch, Diagram, SpecialPoints
from contin.tables.rows import Grid, Page, branch_page, diagram_page, special_grid

# Colours are inherited; `currentColor` and opacity give the lines, so that nothing is unreadable on any ground.
_CELL = "padding:0.15em 0.9em 0.15em 0;border:none;background:none;white-space:nowrap;"
_HEAD = _CELL + "font-weight:600;opacity:0.75;"
_TABLE = "border-collapse:collapse;margin:0.5em 0;font-variant-numeric:tabular-nums;"


def branch_html(branch: Branch) -> str:
    """A branch as a small table for notebooks."""
    return page_html(branch_page(branch))


def diagram_html(diagram: Diagram) -> str:
    """A diagram as small tables for notebooks."""
    return page_html(diagram_page(diagram))


def special_html(points: SpecialPoints) -> str:
    """Special points as a small table for notebooks."""
    return grid_html(special_grid(points)) if len(points) else "<div>no special points</div>"


def page_html(page: Page) -> str:
    """Heading, remarks and grids, everything that comes from names and values escaped."""
    remarks = [
        f'<div><span style="opacity:0.75">{escape(caption)}:</span> {escape(text)}</div>'
        for caption, text in page.remarks
    ]
    heading = f"<div><strong>{escape(page.heading)}</strong></div>"
    return "<div>" + heading + "".join(remarks) + "".join(grid_html(grid) for grid in page.grids) + "</div>"


def grid_html(grid: Grid) -> str:
    """One table."""
    header = "".join(
        _cell("th", text, _HEAD, column in grid.numeric) for column, text in enumerate(grid.header)
    )
    rows = "".join(
        "<tr>" + "".join(_cell("td", text, _CELL, k in grid.numeric) for k, text in enumerate(row)) + "</tr>"
        for row in grid.rows
    )
    line = ' style="border-bottom:1px solid currentColor"'
    return f'<table style="{_TABLE}"><thead><tr{line}>{header}</tr></thead><tbody>{rows}</tbody></table>'


def _cell(tag: str, text: str, style: str, numeric: bool) -> str:
    side = "right" if numeric else "left"
    return f'<{tag} style="{style}text-align:{side}">{escape(text)}</{tag}>'
