"""Exhaustive search by Dice over packed bit filters: all pairs above a threshold, or each record's nearest records.

``tile`` compares eight filters with eight others at once; ``packing`` lays filters out for it; ``held`` keeps each
record's nearest so far; ``blocks``, ``rows`` and ``above`` are the searches; ``plain`` says in numpy what they return.
"""
