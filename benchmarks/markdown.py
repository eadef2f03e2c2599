"""Tables as Markdown, and shares as the pages write them."""

from collections.abc import Sequence


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table with one line per row."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def share(value: float | None) -> str:
    """Return a share with four digits and without its zero (.9876); 1 only where it is 1; nothing for None."""
    if value is None:
        return ""
    if abs(value) >= 1:
        return f"{value:.4g}"
    rounded = f"{min(abs(value), 0.9999):.4f}"[1:]
    return f"-{rounded}" if value < 0 and rounded != ".0000" else rounded
