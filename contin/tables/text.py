"""Tables as plain text, in ASCII, at most as wide as they must be."""

from __future__ import annotations

from contin.branch import Branch, Diagram
from contin.tables.rows import Grid, Page, branch_page, diagram_page


def branch_text(branch: Branch) -> str:
    """A branch as a person reads it: the `repr` of `Branch`."""
    return page_text(branch_page(branch))


def diagram_text(diagram: Diagram) -> str:
    """A diagram as a person reads it: the `repr` of `Diagram`."""
    return page_text(diagram_page(diagram))


def page_text(page: Page) -> str:
    """Heading, remarks one a line, grids below each other with an empty line between."""
    width = max((len(caption) for caption, _ in page.remarks), default=0)
    remarks = [f"  {caption + ':':<{width + 1}} {text}" for caption, text in page.remarks]
    grids = [grid_text(grid) for grid in page.grids]
    return "\n".join([page.heading, *remarks]) + "".join(f"\n\n{grid}" for grid in grids)


def grid_text(grid: Grid) -> str:
    """Columns as wide as their widest cell, two blanks between them; words flush left, numbers flush right."""
    widths = [max(map(len, column)) for column in zip(grid.header, *grid.rows, strict=True)]
    return "\n".join(_line(row, widths, grid.numeric) for row in (grid.header, *grid.rows))


def _line(row: tuple[str, ...], widths: list[int], numeric: frozenset[int]) -> str:
    cells = [
        cell.rjust(width) if column in numeric else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  " + "  ".join(cells).rstrip()
