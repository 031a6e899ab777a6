"""The Review page: what the model is least sure of, one (image, type) at a time."""
