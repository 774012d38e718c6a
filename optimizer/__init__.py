"""careplan: plans home visits for the old and the young, and allocates places in childcare and eldercare."""
