"""What a project's files are called; to know it needs no database library."""

DATABASE = "project.sqlite"
