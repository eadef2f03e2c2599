"""Ketenzicht: the care pathway in sight, the person out of it.

The command line, the flow of a run, settings, keys, packages and the journal. ``ketenzicht`` is the only package that
may import ``linkage``, ``validation`` and ``warehouse``; none of those import each other.
"""

__version__ = "0.1.0"
