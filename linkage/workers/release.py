"""What decides the bytes of a result beside its input: this package's code and the libraries under it."""

import hashlib
import platform
from functools import lru_cache
from pathlib import Path

import numba
import numpy as np

import linkage


@lru_cache(maxsize=1)
def release() -> str:
    """Return the versions of Python, numpy and numba with a digest of the code of ``linkage``."""
    digest = hashlib.sha256()
    folder = Path(linkage.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    python = ".".join(platform.python_version_tuple()[:2])
    return f"python {python}, numpy {np.__version__}, numba {numba.__version__}, linkage {digest.hexdigest()[:16]}"
