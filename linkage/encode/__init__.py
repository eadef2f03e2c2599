"""From normalised identifiers to encodings, and what identifies an encoding."""

from linkage.encode.columns import RECORD_ID, SEARCH, columns
from linkage.encode.identity import key_check, schema_hash
from linkage.encode.table import check_table, encode

__all__ = ["RECORD_ID", "SEARCH", "check_table", "columns", "encode", "key_check", "schema_hash"]
