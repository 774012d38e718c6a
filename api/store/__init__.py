"""Where jobs, keys and results are kept: SQL through SQLAlchemy, one module for each thing that is kept."""
