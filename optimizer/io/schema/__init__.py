"""The published JSON Schemas of careplan's own files, made by :mod:`optimizer.io.json_schema`."""
