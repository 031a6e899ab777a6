"""Cutting patterns: one module per family of garments, each turning attributes into pieces."""
