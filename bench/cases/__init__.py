"""One module per bench: `run(options)` measures and prints its table."""
