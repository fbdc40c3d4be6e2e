"""Dates and hours in words."""


def long_date(d, language):
    return str(d)


def session_time(start, end, zone, language):
    return f"{start} {end}"


def hours(minutes, language):
    return str(minutes)
