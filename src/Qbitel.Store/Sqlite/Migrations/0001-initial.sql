-- The first schema. Conventions, the same in every dialect: ids are lower-case UUID text, times and durations are whole
-- microseconds (times since 1970, UTC), enumerations are kept by name, booleans are 0 or 1, documents are JSON text.

CREATE TABLE service (
    name          TEXT    NOT NULL PRIMARY KEY,
    state         TEXT    NOT NULL,
    subdomain     TEXT    NOT NULL,
    policy_id     TEXT    NOT NULL,
    configuration TEXT    NOT NULL CHECK (json_valid(configuration)),
    made_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE managed_key (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL UNIQUE,
    type            TEXT    NOT NULL,
    algorithm       TEXT    NOT NULL,
    service         TEXT    REFERENCES service (name),
    policy_id       TEXT    NOT NULL,
    rotation_period INTEGER,
    requires_hsm    INTEGER NOT NULL,
    dual_control    INTEGER NOT NULL,
    current_version INTEGER,
    made_at         INTEGER NOT NULL,
    FOREIGN KEY (id, current_version) REFERENCES key_version (key_id, version) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX managed_key_service ON managed_key (service, id);

CREATE TABLE key_version (
    key_id         TEXT    NOT NULL REFERENCES managed_key (id),
    version        INTEGER NOT NULL CHECK (version > 0),
    state          TEXT    NOT NULL,
    token          TEXT    NOT NULL,
    token_key_id   TEXT    NOT NULL,
    public_key     BLOB    NOT NULL,
    made_at        INTEGER NOT NULL,
    activated_at   INTEGER,
    rotate_due_at  INTEGER,
    deactivated_at INTEGER,
    compromised_at INTEGER,
    destroyed_at   INTEGER,
    PRIMARY KEY (key_id, version),
    UNIQUE (token, token_key_id)
) STRICT;

-- One version protects: two active ones would be two answers to which.
CREATE UNIQUE INDEX key_version_active ON key_version (key_id) WHERE state = 'Active';

CREATE TABLE certificate (
    id                TEXT    NOT NULL PRIMARY KEY,
    state             TEXT    NOT NULL,
    subject           TEXT    NOT NULL,
    issuer            TEXT    NOT NULL,
    serial_number     TEXT    NOT NULL,
    not_before        INTEGER NOT NULL,
    not_after         INTEGER NOT NULL,
    der               BLOB    NOT NULL,
    service           TEXT    REFERENCES service (name),
    key_id            TEXT,
    key_version       INTEGER,
    successor_id      TEXT    REFERENCES certificate (id) DEFERRABLE INITIALLY DEFERRED,
    revoked_at        INTEGER,
    revocation_reason TEXT,
    UNIQUE (issuer, serial_number),
    FOREIGN KEY (key_id, key_version) REFERENCES key_version (key_id, version)
) STRICT;

CREATE INDEX certificate_key ON certificate (key_id);

CREATE TABLE endpoint (
    host              TEXT    NOT NULL,
    port              INTEGER NOT NULL,
    first_seen_at     INTEGER NOT NULL,
    service           TEXT    REFERENCES service (name),
    owner             TEXT,
    zone              TEXT,
    data_class        TEXT,
    criticality       TEXT    NOT NULL,
    shelf_life        INTEGER,
    migration_planned TEXT,
    latest_finding    TEXT,
    PRIMARY KEY (host, port)
) STRICT;

CREATE TABLE scan_finding (
    id                    TEXT    NOT NULL PRIMARY KEY,
    host                  TEXT    NOT NULL,
    port                  INTEGER NOT NULL,
    at                    INTEGER NOT NULL,
    failure               TEXT,
    protocol_version      INTEGER,
    key_exchange_group    INTEGER,
    diffie_hellman_bits   INTEGER,
    cipher_suite          INTEGER,
    signature_scheme      INTEGER,
    key_oid               TEXT,
    key_size_bits         INTEGER,
    key_curve             TEXT,
    signature_oid         TEXT,
    observed              INTEGER NOT NULL,
    certificate_not_after INTEGER,
    document              TEXT    NOT NULL CHECK (json_valid(document)),
    FOREIGN KEY (host, port) REFERENCES endpoint (host, port)
) STRICT;

CREATE INDEX scan_finding_endpoint ON scan_finding (host, port, id);

CREATE TABLE discovery (
    id            TEXT    NOT NULL PRIMARY KEY,
    at            INTEGER NOT NULL,
    source        TEXT    NOT NULL,
    source_sha256 BLOB    NOT NULL,
    message_count INTEGER NOT NULL,
    flow_count    INTEGER NOT NULL,
    document      TEXT    NOT NULL CHECK (json_valid(document))
) STRICT;

CREATE TABLE incident (
    id              TEXT    NOT NULL PRIMARY KEY,
    kind            TEXT    NOT NULL,
    target          TEXT    NOT NULL,
    severity        TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    summary         TEXT    NOT NULL,
    opened_at       INTEGER NOT NULL,
    response_due_at INTEGER,
    closed_at       INTEGER,
    details         TEXT    CHECK (json_valid(details))
) STRICT;

CREATE TABLE archived_message (
    id                  TEXT    NOT NULL PRIMARY KEY,
    reference           TEXT    NOT NULL,
    protocol            TEXT    NOT NULL,
    archived_at         INTEGER NOT NULL,
    retain_until        INTEGER NOT NULL,
    kem_algorithm       TEXT    NOT NULL,
    cipher_algorithm    TEXT    NOT NULL,
    sealing_key_id      TEXT,
    sealing_key_version INTEGER,
    sealed              BLOB    NOT NULL,
    signature_algorithm TEXT    NOT NULL,
    signing_key_id      TEXT,
    signing_key_version INTEGER,
    signature           BLOB    NOT NULL,
    FOREIGN KEY (sealing_key_id, sealing_key_version) REFERENCES key_version (key_id, version),
    FOREIGN KEY (signing_key_id, signing_key_version) REFERENCES key_version (key_id, version)
) STRICT;

CREATE INDEX archived_message_reference ON archived_message (reference, id);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE journal (
    plan_id TEXT    NOT NULL,
    step    TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    data    TEXT    CHECK (json_valid(data)),
    PRIMARY KEY (plan_id, step)
) STRICT;

CREATE TABLE work (
    id          TEXT    NOT NULL PRIMARY KEY,
    kind        TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    due_at      INTEGER,
    data        TEXT    CHECK (json_valid(data)),
    owner       TEXT,
    lease_until INTEGER,
    fence       INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    UNIQUE (kind, subject)
) STRICT;

CREATE INDEX work_due ON work (due_at) WHERE due_at IS NOT NULL;

-- The primary key is what makes "done once" a fact of the database.
CREATE TABLE work_done (
    work_id TEXT    NOT NULL REFERENCES work (id),
    version INTEGER NOT NULL,
    fence   INTEGER NOT NULL,
    owner   TEXT    NOT NULL,
    done_at INTEGER NOT NULL,
    PRIMARY KEY (work_id, version)
) STRICT;

-- An entry without an index is pending: written with its change, not yet in the tree. The leaf is the evidence; the columns
-- beside it only help to find it.
CREATE TABLE audit_entry (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    idx    INTEGER UNIQUE CHECK (idx >= 0),
    id     TEXT    NOT NULL UNIQUE,
    target TEXT    NOT NULL,
    leaf   BLOB    NOT NULL CHECK (length(leaf) BETWEEN 1 AND 65535)
) STRICT;

CREATE INDEX audit_entry_pending ON audit_entry (seq) WHERE idx IS NULL;
CREATE INDEX audit_entry_target ON audit_entry (target, seq);

-- Against mistakes, not against attackers: those are what the signed checkpoints are for.
CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
WHEN OLD.idx IS NOT NULL OR NEW.seq IS NOT OLD.seq OR NEW.id IS NOT OLD.id OR NEW.target IS NOT OLD.target
    OR NEW.leaf IS NOT OLD.leaf
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed');
END;

CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never deleted');
END;

CREATE TABLE audit_checkpoint (
    size      INTEGER PRIMARY KEY,
    root      BLOB    NOT NULL CHECK (length(root) = 32),
    edge      BLOB    NOT NULL CHECK (length(edge) % 32 = 0),
    note      BLOB    NOT NULL,
    signed_at INTEGER NOT NULL
) STRICT;
