"""The first version of project.sqlite, frozen: later versions are steps upon it, never edits of it."""

STATEMENTS = (
    """CREATE TABLE folder (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,             -- as the operating system spells it
        problem TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE directory (
        id INTEGER PRIMARY KEY,
        folder_id INTEGER NOT NULL REFERENCES folder,
        path BLOB NOT NULL,                    -- below the folder; empty for the folder itself
        name TEXT NOT NULL,                    -- the same, fit to be shown
        UNIQUE (folder_id, path))""",
    """CREATE TABLE item (
        id INTEGER PRIMARY KEY,
        folder_id INTEGER NOT NULL REFERENCES folder,
        path BLOB NOT NULL,
        box TEXT NOT NULL DEFAULT '',          -- 'x,y,width,height'; empty for the whole image
        directory_id INTEGER NOT NULL REFERENCES directory,
        name TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        health TEXT NOT NULL DEFAULT 'unread',
        problem TEXT NOT NULL DEFAULT '',
        content_hash TEXT NOT NULL DEFAULT '',
        width INTEGER NOT NULL DEFAULT 0,
        height INTEGER NOT NULL DEFAULT 0,
        decided INTEGER NOT NULL DEFAULT 0,    -- attribute types decided, kept with every decision
        UNIQUE (folder_id, path, box))""",
    "CREATE INDEX item_by_directory ON item (directory_id, decided)",
    "CREATE INDEX item_by_health ON item (health)",
    """CREATE TABLE attribute_type (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        selection TEXT NOT NULL,
        position INTEGER NOT NULL)""",
    """CREATE TABLE attribute_class (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        type_id INTEGER NOT NULL REFERENCES attribute_type,
        name TEXT NOT NULL,
        position INTEGER NOT NULL)""",
    """CREATE TABLE step (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,                    -- do, undo, redo
        words TEXT NOT NULL,
        annotator TEXT NOT NULL,
        created INTEGER NOT NULL,              -- microseconds since 1970, UTC
        inverts INTEGER REFERENCES step,       -- the step that an undo or redo takes back
        inverted_by INTEGER REFERENCES step)""",
    "CREATE INDEX step_open ON step (kind, id) WHERE inverted_by IS NULL",
    """CREATE TABLE decision (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        step_id INTEGER NOT NULL REFERENCES step,
        item_id INTEGER NOT NULL REFERENCES item,
        type_id INTEGER NOT NULL REFERENCES attribute_type,
        state TEXT NOT NULL,                   -- unseen, labelled, none, na
        classes TEXT NOT NULL DEFAULT '[]',    -- JSON array of class ids, in the order chosen
        rejected TEXT NOT NULL DEFAULT '[]',
        partial INTEGER NOT NULL DEFAULT 0,
        origin TEXT NOT NULL,                  -- person, import, undo
        previous_id INTEGER REFERENCES decision,
        shown_version TEXT,
        shown_rank INTEGER,
        shown_confidence REAL,
        annotator TEXT,                        -- only where it differs from the step's (imports)
        created INTEGER)""",
    "CREATE INDEX decision_by_step ON decision (step_id, item_id)",
    "CREATE INDEX decision_by_item ON decision (item_id, type_id)",
    """CREATE TABLE current (                   -- the newest decision of each (item, type)
        item_id INTEGER NOT NULL REFERENCES item,
        type_id INTEGER NOT NULL REFERENCES attribute_type,
        decision_id INTEGER NOT NULL REFERENCES decision,
        state TEXT NOT NULL,
        PRIMARY KEY (item_id, type_id)) WITHOUT ROWID""",
    "CREATE INDEX current_by_state ON current (type_id, state, item_id)",
    """CREATE TABLE current_class (             -- the classes that the newest decisions name
        class_id INTEGER NOT NULL REFERENCES attribute_class,
        item_id INTEGER NOT NULL REFERENCES item,
        PRIMARY KEY (class_id, item_id)) WITHOUT ROWID""",
    "CREATE INDEX current_class_by_item ON current_class (item_id)",
    """CREATE TABLE model (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        path BLOB NOT NULL,
        file_hash TEXT NOT NULL,
        created INTEGER NOT NULL,
        active INTEGER NOT NULL DEFAULT 0,
        demo INTEGER NOT NULL DEFAULT 0,
        labels INTEGER NOT NULL DEFAULT 0,
        metrics TEXT NOT NULL DEFAULT '{}',
        baseline TEXT NOT NULL DEFAULT '{}',
        images TEXT NOT NULL DEFAULT '{}',
        backbone TEXT NOT NULL DEFAULT '',
        problem TEXT NOT NULL DEFAULT '',
        class_ids TEXT NOT NULL DEFAULT '{}',  -- JSON: type id → class id (or null) of each output row
        job_id TEXT REFERENCES job)""",
    "CREATE UNIQUE INDEX model_active ON model (active) WHERE active = 1",
    """CREATE TABLE job (
        id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        started INTEGER NOT NULL,
        labels INTEGER NOT NULL DEFAULT 0,
        device TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        model_id INTEGER REFERENCES model)""",
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
