"""Tables, queries and undo on SQLite. The only code that knows SQL; frozen values leave it, never rows."""
