"""What the report page of a run is made from."""
