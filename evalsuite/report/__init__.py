"""A comparison as pages for people (HTML, Markdown), as JUnit for machines, and a blind sheet for people to judge."""

from evalsuite.report.html import render_html
from evalsuite.report.junit import render_junit
from evalsuite.report.markdown import render_markdown

__all__ = ["render_html", "render_junit", "render_markdown"]
