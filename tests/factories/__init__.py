"""Plain functions that put records into the database of a test, one module for each app."""
