"""One reader and one writer for each format: own JSON, tables, hhcrsp, vrptw."""
