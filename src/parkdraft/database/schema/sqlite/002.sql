-- Version 2: from where somebody did something, and what a team's server keeps: accounts, sessions,
-- and the records that the law asks for.

ALTER TABLE events ADD COLUMN session TEXT;     -- the name of the session
ALTER TABLE events ADD COLUMN address TEXT;     -- of the network

DROP TRIGGER events_facts;
CREATE TRIGGER events_facts BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NOT (
        EXISTS (SELECT 1 FROM drafts WHERE id = OLD.draft AND state = 'purged')
        AND NEW.reason IS CASE WHEN OLD.verb = 'purge' THEN OLD.reason END AND NEW.sha256 IS NULL
        AND NEW.number = OLD.number AND NEW.draft = OLD.draft AND NEW.step = OLD.step AND NEW.at = OLD.at AND NEW.login = OLD.login
        AND NEW.verb = OLD.verb AND NEW.source IS OLD.source AND NEW.target = OLD.target
        AND NEW.grounds = OLD.grounds AND NEW.other IS OLD.other AND NEW.undoes IS OLD.undoes
        AND NEW.session IS OLD.session AND NEW.address IS OLD.address
    );
END;

-- Who may log in. Whether somebody is in the team, and a lead, contacts.yaml alone says.
CREATE TABLE accounts (
    login TEXT NOT NULL PRIMARY KEY,        -- as it is compared
    phrase TEXT NOT NULL,                   -- Argon2id, with its salt
    at TEXT NOT NULL                        -- when the pass phrase was set
) WITHOUT ROWID;

-- Invitations that nobody has used yet: one for each login.
CREATE TABLE invites (
    login TEXT NOT NULL PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,             -- SHA-256 of what the link carries
    until TEXT NOT NULL
) WITHOUT ROWID;

-- Browsers that are logged in.
CREATE TABLE sessions (
    name TEXT NOT NULL PRIMARY KEY,         -- by what histories and lists call it; no secret
    token TEXT NOT NULL UNIQUE,             -- SHA-256 of what the cookie carries
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    began TEXT NOT NULL,
    seen TEXT NOT NULL,                     -- when somebody last did something
    proven TEXT NOT NULL                    -- when the pass phrase was last typed
) WITHOUT ROWID;
CREATE INDEX sessions_login ON sessions (login);

-- Failed logins, to slow the next ones down: of an account, an address, and both together.
CREATE TABLE attempts (
    name TEXT NOT NULL PRIMARY KEY,         -- a digest
    failures INTEGER NOT NULL,
    at TEXT NOT NULL,                       -- of the last one
    known TEXT                              -- when somebody last logged in, of an account and address
) WITHOUT ROWID;

-- What the law wants to be known besides the history of each draft. Only what is older than the law
-- asks for can be removed: access a year, rights three, with leap days (settings can make it longer).
CREATE TABLE records (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'rights')),
    deed TEXT NOT NULL,
    login TEXT NOT NULL,                    -- of who did it
    session TEXT,
    address TEXT,
    draft TEXT,
    about TEXT                              -- a login, or a number of drafts; nothing of a customer
);
CREATE INDEX records_at ON records (at);
CREATE INDEX events_at ON events (at);

CREATE TRIGGER records_made BEFORE INSERT ON records BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE EXISTS (SELECT 1 FROM records WHERE number = NEW.number);
END;

CREATE TRIGGER records_facts BEFORE UPDATE ON records BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden');
END;

CREATE TRIGGER records_kept BEFORE DELETE ON records BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden')
    WHERE julianday(OLD.at) > julianday('now') - CASE OLD.kind WHEN 'access' THEN 366 ELSE 1096 END;
END;

-- Processes that serve this database, and which directory each of them sees.
CREATE TABLE processes (
    name TEXT NOT NULL PRIMARY KEY,
    directory TEXT NOT NULL,                -- a digest
    at TEXT NOT NULL                        -- when it was last seen
) WITHOUT ROWID;
