"""Render a bibliography and the holistic guide as pages: one HTML file each, with all that it needs inside."""

from research_agent.page.app_page import render_app
from research_agent.page.bibliography_page import FILES_BESIDE, render_page
from research_agent.page.guide_page import render_guide_page

__all__ = ["FILES_BESIDE", "render_app", "render_guide_page", "render_page"]
