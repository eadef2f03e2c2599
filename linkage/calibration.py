"""How far the match model is believed in the number of its errors.

A model that takes fields as independent is too sure of itself (Zadrozny and Elkan 2001); by how much nobody knows
without labels. These figures say so in every estimate; docs/decisions/0008 tells where they come from.
"""

import numpy as np

FALSE_LINKS = 2.0
"""False links there are for each that draws of the linkage show."""
FALSE_DOUBT = float(np.log(1.5))
"""Standard deviation of the logarithm of that factor."""
MISSED_DOUBT = float(np.log(1.5))
"""Standard deviation of the logarithm of missed matches over those that draws show."""
