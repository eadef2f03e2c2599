"""The fictional population: four registers in their real formats, with the truth kept in a separate file."""

from ketenzicht.synthetic.generate import GeneratedFiles, generate
from ketenzicht.synthetic.rates import LEVELS, Level, Rates

__all__ = ["LEVELS", "GeneratedFiles", "Level", "Rates", "generate"]
