"""Travel times and distances between places, by mode of travel."""
