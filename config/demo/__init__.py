"""The demo: invented people and institutions on the Romanian preset, the same at every load."""
