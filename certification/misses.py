"""Wrong guesses at the number and name of a certificate, and files handed in to be checked, by address."""

from people.misses import Misses

MISSES, PERIOD = 30, 600
_guesses = Misses("verify", most=MISSES, period=PERIOD)
too_many, add = _guesses.too_many, _guesses.add

# Files are dear to look at: so many an address, right or wrong.
FILES = 40
_files = Misses("verify-file", most=FILES, period=PERIOD)
too_many_files, add_file = _files.too_many, _files.add
