"""Networks that turn an image into features, one file each."""
