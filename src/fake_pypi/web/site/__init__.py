"""What people and search engines see of an index: its pages and its site map."""
