"""What must hold of several rows together, as the database checks it."""

# What the trigger of a reservation reads first, waiting for whoever holds the edition.
PLACES_OF_EDITION = (
    "SELECT capacity INTO places FROM training_edition WHERE id = NEW.edition_id FOR NO KEY UPDATE;"
)
# The seats kept for institutions are never more than the edition has. The caller of the trigger holds the edition's
# row or waits for it here, so two who reserve at once see each other.
SEATS_WITHIN_CAPACITY = """
    IF (
        SELECT coalesce(sum(seats), 0) FROM training_seatreservation WHERE edition_id = {edition}
    ) > {capacity} THEN
        RAISE EXCEPTION 'more seats are kept than edition % has', {edition}
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seats_within_capacity';
    END IF;
    RETURN NULL;
"""
