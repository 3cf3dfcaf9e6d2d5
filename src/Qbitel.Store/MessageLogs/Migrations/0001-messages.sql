-- Sessions of message protocols: where their counts stand, and the messages sent under these counts.
CREATE TABLE message_session (
    name          TEXT    PRIMARY KEY,
    next_outgoing INTEGER NOT NULL CHECK (next_outgoing >= 1),
    next_incoming INTEGER NOT NULL CHECK (next_incoming >= 1),
    started_at    INTEGER NOT NULL,
    record        BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    session TEXT    NOT NULL REFERENCES message_session (name),
    number  INTEGER NOT NULL,
    content BLOB    NOT NULL,
    PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;
