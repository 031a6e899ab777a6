"""The Models page: versions, the training under way, and what each version is worth."""
