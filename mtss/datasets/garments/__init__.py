"""Drawn garments."""
