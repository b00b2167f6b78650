"""What people and tools can do to an index: one function for each operation.

An operation takes the index and the *actor*, checks the permission as PyPI does, and makes its changes in one
transaction. The stores write the journal entries, with the name of the actor, and the operation writes the security
history (`security_history.py`). An operation that PyPI does not allow raises `OperationRejected`
with PyPI's message. `FakePyPI`, the command line, the control channel and the HTTP views call these functions;
nothing else calls a method of a store that changes the index.
"""
