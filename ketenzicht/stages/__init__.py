"""The stages of a run, one module per trust domain. ``ketenzicht.flow`` strings them together."""
