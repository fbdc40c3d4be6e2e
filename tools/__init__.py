"""The commands of ./dev. Standard library only; all but `say` and `packages` run inside .venv."""
