"""Errors of the validation package. Messages name file, key, column, rule and cure, never a value of a delivery."""


class ValidationError(Exception):
    """A delivery could not be validated."""


class SuiteError(ValidationError):
    """A suite of expectations cannot be used; the message names file, key and cure."""


class RunError(ValidationError):
    """An expectation could not be evaluated on a delivery; the message names rule, column and cure."""
