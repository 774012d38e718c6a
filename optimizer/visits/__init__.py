"""Planning one day of home visits."""
