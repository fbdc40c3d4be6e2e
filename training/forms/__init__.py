"""What the pages ask for. Forms read and check; the actions decide."""
