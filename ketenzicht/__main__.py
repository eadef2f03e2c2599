"""``python -m ketenzicht``: the command line."""

from ketenzicht.cli import main

main()
