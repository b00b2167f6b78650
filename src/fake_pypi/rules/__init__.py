"""Why an upload is refused: one file per family, one class per rule, in PyPI's order in `order.py`."""
