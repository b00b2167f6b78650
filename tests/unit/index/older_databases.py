"""Database files as earlier versions of fake-pypi left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from fake_pypi.index.schema import APPLICATION_ID

VERSION_1 = Path(__file__).with_name("schema_version_1.sql").read_text(encoding="utf-8")
ROWS = """
INSERT INTO users VALUES ('u1', 'alice', 'verified', 1, 'active', 1000.5);
INSERT INTO users VALUES ('u2', 'bob', 'unverified', 0, 'active', 1000.6);
INSERT INTO users VALUES ('u3', 'carol', 'none', 0, 'frozen', 1000.7);
INSERT INTO users VALUES ('u4', 'dave', 'secondary-verified', 1, 'active', 1000.8);
INSERT INTO projects VALUES ('p1', 'Demo', 'demo', 'dem0', 'active', 1001.5, NULL, NULL, NULL, 30, 4);
INSERT INTO roles VALUES ('p1', 'u1', 'Owner');
INSERT INTO releases VALUES (7, 'p1', '1.0', '1', 1002.5, 1, 'broken', 'active', '{"summary": "A demo"}');
INSERT INTO files VALUES (3, 'p1', 7, 'demo-1.0-py3-none-any.whl', 'bdist_wheel', 'py3', '>=3.9', 10, 'm1', 's1', 'b1',
    'b1/demo-1.0-py3-none-any.whl', 1003.5, 'alice', 'meta-sha256', 'meta-blake2', '{"version": 1}', 'a comment');
INSERT INTO files VALUES (5, 'p1', 7, 'demo-1.0.tar.gz', 'sdist', 'source', NULL, 20, 'm2', 's2', 'b2',
    'b2/demo-1.0.tar.gz', 1004.5, 'alice', NULL, NULL, NULL, NULL);
INSERT INTO core_metadata VALUES ('demo-1.0-py3-none-any.whl', x'4e616d65');
INSERT INTO used_filenames VALUES ('demo-1.0-py3-none-any.whl'), ('demo-1.0.tar.gz'), ('demo-0.9.tar.gz');
INSERT INTO journal VALUES (4, 'Demo', NULL, 'create', 1001.5, 'alice');
INSERT INTO tokens VALUES ('t1', 'u1', NULL, x'00', 'ci', NULL, 1001.5, NULL, NULL, '[]', 0);
INSERT INTO settings VALUES ('limit:file', '1024');
"""


def in_version_1(path: Path) -> Path:
    """Create a database as version 1 left it, with rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        stamps = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version=1;"
        connection.executescript(f"BEGIN; {VERSION_1} {stamps} {ROWS} COMMIT;")
    return path
