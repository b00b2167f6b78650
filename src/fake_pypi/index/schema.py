"""The tables of an index's database.

A change of `SCHEMA` raises `SCHEMA_VERSION` and adds the step from the version before to `migrations.MIGRATIONS`.
"""

from __future__ import annotations

APPLICATION_ID = 0x46505950
"""The mark of our database files (`PRAGMA application_id`; the letters FPYP)."""
SCHEMA_VERSION = 4
"""The version of `SCHEMA` (`PRAGMA user_version`)."""

SCHEMA = """
CREATE TABLE users (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, state TEXT NOT NULL, created REAL NOT NULL,
    full_name TEXT NOT NULL DEFAULT '', last_login REAL);
CREATE TABLE passwords (user TEXT PRIMARY KEY, hash TEXT, changed REAL NOT NULL, disabled_for TEXT);
CREATE TABLE emails (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL, address TEXT NOT NULL UNIQUE, is_primary INTEGER NOT NULL,
    verified INTEGER NOT NULL, public INTEGER NOT NULL DEFAULT 0);
CREATE INDEX emails_user ON emails (user);
CREATE UNIQUE INDEX emails_primary ON emails (user) WHERE is_primary = 1;
CREATE TABLE totp_secrets (user TEXT PRIMARY KEY, secret BLOB NOT NULL, last_code TEXT);
CREATE TABLE security_keys (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL, label TEXT NOT NULL, credential_id TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL, sign_count INTEGER NOT NULL, UNIQUE (user, label));
CREATE TABLE recovery_codes (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL, hash TEXT NOT NULL, created REAL NOT NULL, used REAL);
CREATE INDEX recovery_codes_user ON recovery_codes (user);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, user TEXT, csrf_token TEXT NOT NULL, expires REAL NOT NULL, authenticated REAL,
    password_changed REAL, totp_secret BLOB, challenge BLOB, flash TEXT NOT NULL DEFAULT '[]');
CREATE INDEX sessions_user ON sessions (user);
CREATE TABLE devices (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL, ip TEXT NOT NULL, confirmed INTEGER NOT NULL, expires REAL,
    UNIQUE (user, ip));
CREATE TABLE invitations (
    project TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, invited_by TEXT NOT NULL, token TEXT NOT NULL,
    created REAL NOT NULL, PRIMARY KEY (project, user));
CREATE INDEX invitations_user ON invitations (user);
CREATE TABLE events (
    id INTEGER PRIMARY KEY, subject TEXT NOT NULL, tag TEXT NOT NULL, at REAL NOT NULL, ip TEXT NOT NULL,
    user_agent TEXT NOT NULL, facts TEXT NOT NULL);
CREATE INDEX events_subject ON events (subject);
CREATE TABLE mail (
    id INTEGER PRIMARY KEY, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE prohibited_user_names (name TEXT PRIMARY KEY);
CREATE TABLE organizations (
    name TEXT PRIMARY KEY, active INTEGER NOT NULL, type TEXT NOT NULL);
CREATE TABLE organization_roles (
    organization TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (organization, user));
CREATE TABLE projects (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, normalized TEXT NOT NULL UNIQUE, similar TEXT NOT NULL,
    status TEXT NOT NULL, created REAL NOT NULL, organization TEXT, file_size_limit INTEGER,
    total_size_limit INTEGER, total_size INTEGER NOT NULL DEFAULT 0, serial INTEGER NOT NULL DEFAULT 0);
CREATE INDEX projects_similar ON projects (similar);
CREATE INDEX projects_created ON projects (created);
CREATE TABLE roles (
    project TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (project, user));
CREATE INDEX roles_user ON roles (user);
CREATE TABLE releases (
    id INTEGER PRIMARY KEY, project TEXT NOT NULL, version TEXT NOT NULL, canonical TEXT NOT NULL,
    created REAL NOT NULL, yanked INTEGER NOT NULL DEFAULT 0, yanked_reason TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'active', metadata TEXT NOT NULL DEFAULT '{}',
    UNIQUE (project, canonical));
CREATE INDEX releases_marked ON releases (project) WHERE status <> 'active' OR yanked = 1;
CREATE INDEX releases_created ON releases (created);
CREATE TABLE files (
    id INTEGER PRIMARY KEY, project TEXT NOT NULL, release INTEGER NOT NULL, filename TEXT NOT NULL UNIQUE,
    packagetype TEXT NOT NULL, python_version TEXT NOT NULL, requires_python TEXT,
    size INTEGER NOT NULL, md5 TEXT NOT NULL, sha256 TEXT NOT NULL, blake2_256 TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE, uploaded REAL NOT NULL, sender TEXT NOT NULL,
    metadata_sha256 TEXT, provenance TEXT, comment TEXT);
CREATE INDEX files_project ON files (project);
CREATE INDEX files_release ON files (release);
CREATE TABLE readmes (digest TEXT PRIMARY KEY, html TEXT, rendered_by TEXT NOT NULL);
CREATE TABLE core_metadata (filename TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE used_filenames (filename TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE journal (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL, version TEXT, action TEXT NOT NULL,
    at REAL NOT NULL, sender TEXT NOT NULL);
CREATE TABLE tokens (
    id TEXT PRIMARY KEY, user TEXT, publisher TEXT, key BLOB NOT NULL, description TEXT NOT NULL,
    projects TEXT, created REAL NOT NULL, last_used REAL, claims TEXT, caveats TEXT NOT NULL DEFAULT '[]',
    adopted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX tokens_adopted ON tokens (key) WHERE adopted = 1;
CREATE INDEX tokens_publisher ON tokens (publisher);
CREATE TABLE publishers (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, issuer TEXT NOT NULL, facts TEXT NOT NULL, created REAL NOT NULL);
CREATE INDEX publishers_issuer ON publishers (issuer, kind);
CREATE TABLE publisher_projects (
    publisher TEXT NOT NULL, project TEXT NOT NULL, PRIMARY KEY (publisher, project));
CREATE INDEX publisher_projects_project ON publisher_projects (project);
CREATE TABLE pending_publishers (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, issuer TEXT NOT NULL, facts TEXT NOT NULL, project_name TEXT NOT NULL,
    normalized TEXT NOT NULL, user TEXT NOT NULL, created REAL NOT NULL);
CREATE INDEX pending_publishers_normalized ON pending_publishers (normalized);
CREATE INDEX pending_publishers_issuer ON pending_publishers (issuer, kind);
CREATE TABLE used_jtis (issuer TEXT NOT NULL, jti TEXT NOT NULL, expires REAL NOT NULL, PRIMARY KEY (issuer, jti));
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE prohibited_names (normalized TEXT PRIMARY KEY);
"""
