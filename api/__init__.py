"""The service: plans and allocations over HTTP, as jobs that are never lost.

A thin layer over :mod:`optimizer`. Nothing here plans anything itself, and nothing that the client command needs
(:mod:`api.client`) imports the optimizer.
"""
