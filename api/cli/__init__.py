"""Commands that this package adds to ``careplan``: serve, keys, remote.

They load with the base install too, which has no web framework: what needs the extra ``[api]`` is imported when the
command is run, and its absence told in one sentence.
"""
