"""Plain data in, bytes out: documents, calendars, sheets, seals, names. Knows nothing of Django."""
