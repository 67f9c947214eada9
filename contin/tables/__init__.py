"""Branches and diagrams for the eye and for other libraries: text, HTML, xarray, pandas."""

from contin.tables.distinct import distinct_points
from contin.tables.frames import branch_to_dataframe, branch_to_xarray
from contin.tables.html import branch_html, diagram_html, special_html
from contin.tables.text import branch_text, diagram_text

__all__ = [
    "branch_html",
    "branch_text",
    "branch_to_dataframe",
    "branch_to_xarray",
    "diagram_html",
    "diagram_text",
    "distinct_points",
    "special_html",
]
