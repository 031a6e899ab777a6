"""The heavy half: what needs torch."""
