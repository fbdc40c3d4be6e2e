"""Measures ours beside its reference; the figures and their commands stand in docs/benchmarks.md."""
