"""The parts of the offline page: template, style, scripts, words, and Leaflet 1.9.4 with its licence (BSD 2-Clause)."""
