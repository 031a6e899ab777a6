"""Use cases, one verb per module. No Qt, no SQL."""
