"""The Label page: one image large, a filmstrip, and the attribute panel."""
