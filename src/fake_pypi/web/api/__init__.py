"""The views for programs: uploads, the simple index, JSON, files, provenance, XML-RPC and feeds."""
