"""Errors of the linkage package. Messages name a field, a row and a cure, never a value."""


class LinkageError(Exception):
    """Linkage could not go on."""


class EncodingRefused(LinkageError):
    """The identifiers, the encoding settings or the key cannot be used for encoding."""


class EncodedDataRefused(LinkageError):
    """Encoded records do not have the columns, lengths or keys that the settings promise."""
