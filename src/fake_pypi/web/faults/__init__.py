"""Faults: requests that fail on command, or see an old state of the index.

    stale seconds=60 pages=simple when project=demo
    reset at=before when method=POST path=/legacy/* times=1

`grammar` reads such a line into typed values, `kinds` has what a fault can do (a new kind is one class there), and
`active` holds the faults of an index and lets them act on requests.
"""
