"""Signing in with the account of an institution: the wire, the proof, and what is read from it."""
