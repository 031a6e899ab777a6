"""The Browse page: facets, a grid of any size, and labels for many images at once."""
