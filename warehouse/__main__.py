"""``python -m warehouse`` prints docs/reference/data-dictionary.md."""

import sys

from warehouse.dictionary import project_dictionary

sys.stdout.write(project_dictionary())
