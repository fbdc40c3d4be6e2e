"""Wrong guesses at the number and name of a certificate, by address."""

from people.misses import Misses

MISSES, PERIOD = 30, 600
_guesses = Misses("verify", most=MISSES, period=PERIOD)
too_many, add = _guesses.too_many, _guesses.add
