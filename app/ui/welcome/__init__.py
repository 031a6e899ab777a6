"""The Welcome page: the demo catalogue, a folder, or a project opened before."""
