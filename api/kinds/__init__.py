"""What a job can be about: one module for each, with pure functions from bytes and JSON to JSON.

They run in other processes (the desk's and the workers'), so what goes in and out can be pickled, and a refusal is a
value (:class:`api.kinds.refusal.Refused`).
"""
