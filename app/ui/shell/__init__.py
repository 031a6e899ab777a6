"""The window around the pages: top bar, rail, status bar, notices, palette and key overlay."""
