"""One file per measurement; each writes a dated report."""
