"""Speed: what is timed (:mod:`.cases`), with pytest-benchmark by ``make bench`` and in forked processes by the gate."""
