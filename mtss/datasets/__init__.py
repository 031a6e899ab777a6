"""Sources of labelled images: one short module or package per published format."""
