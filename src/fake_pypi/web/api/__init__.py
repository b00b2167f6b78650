"""What programs ask of an index: uploads, the simple index, JSON, files, provenance, XML-RPC and feeds."""
