"""Speed: each stage against its anchor, and whole runs against Splink on the same plain tables."""
