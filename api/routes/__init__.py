"""The routes, one router for each thing that can be asked."""
