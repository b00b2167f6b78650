"""The record of one index: its requests with their responses, its rejections, and what can be asserted about them.

`record.py` has the record, `recorded_request.py` what is stored of a request, `requests.py` how tests look at them,
`conditions.py` how one is compared with what a test expects, `json_lines.py` and `http_archive.py` the exports.
"""
