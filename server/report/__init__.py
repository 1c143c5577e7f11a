"""The report of one interview as a page: printable, in both languages, one file that needs nothing else."""

from server.report.render import render_html

__all__ = ["render_html"]
