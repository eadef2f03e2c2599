"""Pages that explain a run's links: offline HTML and SVG, in English and Dutch; patterns and counts, never a value."""

from ketenzicht.explaining.language import LANGUAGES
from ketenzicht.explaining.pages import PAGES, address, render

__all__ = ["LANGUAGES", "PAGES", "address", "render"]
