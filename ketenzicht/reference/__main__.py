"""``python -m ketenzicht.reference FOLDER``: write the reference pages."""

import sys
from pathlib import Path

from ketenzicht.reference import PAGES

for name, page in PAGES.items():
    (Path(sys.argv[1]) / name).write_text(page(), encoding="utf-8")
