"""Dialogs that several pages open. They are window-modal and never block the event loop."""
