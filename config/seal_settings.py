"""The seal on certificates, from the environment (docs/seal.md): PEM files, or a key in a device or with a service.

Without any of them the demo and the tests make a key of their own; a public site refuses to.
"""

from config import env

SEAL_CERT_FILE = env.text("SEAL_CERT_FILE", "")
SEAL_KEY_FILE = env.text("SEAL_KEY_FILE", "")
SEAL_KEY_PASSWORD = env.text("SEAL_KEY_PASSWORD", "")
SEAL_DEVICE = env.group("SEAL_DEVICE", "module token label pin")
SEAL_SERVICE = env.group("SEAL_SERVICE", "url credential token pin")
# A time-stamp authority makes it PAdES B-T; with roots and lists of revoked certificates besides, B-LTA.
SEAL_TIMESTAMP_URL = env.text("SEAL_TIMESTAMP_URL", "")
SEAL_ROOTS_FILE = env.text("SEAL_ROOTS_FILE", "")
SEAL_LIST_FILES = env.words("SEAL_LIST_FILES")
SEAL_FETCH_LISTS = env.flag("SEAL_FETCH_LISTS")
