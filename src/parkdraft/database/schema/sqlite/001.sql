-- The outbox, version 1. What must never be is forbidden here, by constraints and triggers: the
-- program's own code is not trusted with it. A message of RAISE is a code of wording/outbox.toml.

-- A draft: what a list shows of it, and where it is. Facts never change; `state`, `step`, `moved`
-- and, when a waiting draft is filled, what its new bytes say, follow from `events` alone.
CREATE TABLE drafts (
    id TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (       -- the seven characters, unique for ever; safe in a path
        length(id) = 16 AND code = substr(id, 10) AND id GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-*'
        AND code NOT GLOB '*[^2-9a-z]*'
    ),
    state TEXT NOT NULL CHECK (state IN ('pending', 'waiting', 'approved', 'returned', 'sent', 'purged')),
    step INTEGER NOT NULL,                  -- of its last event
    moved INTEGER NOT NULL,                 -- of the last event that changed its state
    suffix TEXT NOT NULL CHECK (suffix IN ('.eml', '.txt', '.tsv')),
    sha256 TEXT NOT NULL,                   -- of its bytes
    at TEXT NOT NULL,                       -- when it was made, as "at" of its first event
    author TEXT NOT NULL,
    kind TEXT NOT NULL,                     -- of case
    partner TEXT,
    site TEXT,
    place TEXT,                             -- the site's name as it is compared
    "row" TEXT NOT NULL,
    channel TEXT NOT NULL,
    authority TEXT NOT NULL,
    urgent INTEGER NOT NULL,
    cases INTEGER NOT NULL,                 -- how many it holds
    subject TEXT,
    receiver TEXT,                          -- the first one, for lists
    plates TEXT,                            -- as JSON
    search TEXT,                            -- folded, for --search
    initials TEXT,                          -- initial consonants of the site's name
    reason TEXT,                            -- why it was returned last
    batch TEXT,                             -- of the table that it comes from
    replaces TEXT UNIQUE REFERENCES drafts (id),
    FOREIGN KEY (id, step) REFERENCES events (draft, step) DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID; -- a hidden key could be put in place of another one, past every trigger
CREATE INDEX drafts_states ON drafts (state);
-- All that a list is asked by, so that a search reads nothing else.
CREATE INDEX drafts_listed ON drafts (state, urgent, at, id, kind, partner, author, place, batch, search, initials);

-- What happened to a draft, in the order of its steps.
CREATE TABLE events (
    number INTEGER PRIMARY KEY,             -- in the order in which they were written
    draft TEXT NOT NULL REFERENCES drafts (id) DEFERRABLE INITIALLY DEFERRED,
    step INTEGER NOT NULL,
    at TEXT NOT NULL,
    login TEXT NOT NULL,
    verb TEXT NOT NULL,
    source TEXT,
    target TEXT NOT NULL,
    grounds TEXT NOT NULL CHECK (grounds IN ('all', 'lead', 'author', 'doer', 'program')),
    sha256 TEXT,                            -- of the bytes that it was about
    reason TEXT,
    other TEXT,                             -- the draft made in its place
    undoes INTEGER,                         -- the step that it takes back
    UNIQUE (draft, step),
    CHECK (
        (verb = 'draft' AND source IS NULL AND target IN ('pending', 'waiting', 'approved'))
        OR (verb = 'fill' AND source = 'waiting' AND target = 'pending')
        OR (verb = 'approve' AND source = 'pending' AND target = 'approved' AND grounds = 'lead')
        OR (verb = 'return' AND source IN ('pending', 'waiting', 'approved') AND target = 'returned'
            AND grounds IN ('lead', 'author'))
        OR (verb = 'sent' AND source = 'approved' AND target = 'sent')
        OR (verb = 'undo' AND source IN ('approved', 'returned', 'sent') AND undoes IS NOT NULL
            AND target IN ('pending', 'waiting', 'approved') AND grounds IN ('lead', 'doer'))
        OR (verb IN ('open', 'copy', 'download') AND source = target AND source <> 'purged')
        OR (verb = 'purge' AND source <> 'purged' AND target = 'purged' AND grounds IN ('lead', 'program'))
    ),
    CHECK ((undoes IS NULL) = (verb <> 'undo')),
    CHECK (step >= 1 AND (step = 1) = (verb = 'draft'))
);

-- A draft's bytes, and what its drafter gave and saw; gone when it is purged.
CREATE TABLE contents (
    draft TEXT NOT NULL PRIMARY KEY REFERENCES drafts (id),
    sha256 TEXT NOT NULL,
    bytes BLOB NOT NULL,
    details TEXT NOT NULL,                  -- JSON: for each case, option name -> text
    route TEXT NOT NULL,                    -- JSON: from, to, cc, mentions
    seen TEXT NOT NULL,                     -- JSON: method, note, rules, customer
    attachments TEXT NOT NULL,              -- JSON: name, size, sha256 of each
    internal TEXT                           -- a note that never leaves
);

-- Plates of the drafts' cases, by which a second draft for the same thing is noticed.
CREATE TABLE plates (
    plate TEXT NOT NULL,
    draft TEXT NOT NULL REFERENCES drafts (id),
    PRIMARY KEY (plate, draft)
) WITHOUT ROWID;

-- Rows of tables: known by their cells and their place among equal ones, one live draft each.
CREATE TABLE table_rows (
    draft TEXT NOT NULL REFERENCES drafts (id),
    number INTEGER NOT NULL,                -- within the draft
    cells TEXT NOT NULL,                    -- a digest
    place INTEGER NOT NULL,
    live INTEGER NOT NULL,
    before TEXT,                            -- the returned draft that held the row
    PRIMARY KEY (draft, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX table_rows_live ON table_rows (cells, place) WHERE live = 1;
CREATE INDEX table_rows_known ON table_rows (cells, place);

-- Drafts whose files are not written yet.
CREATE TABLE unplaced (draft TEXT NOT NULL PRIMARY KEY REFERENCES drafts (id));

-- What the program has to remember: when waiting drafts were looked at, whether a purge is unfinished.
CREATE TABLE memos (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);

CREATE TRIGGER drafts_made BEFORE INSERT ON drafts BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE EXISTS (SELECT 1 FROM drafts WHERE id = NEW.id OR code = NEW.code)
        OR NEW.step <> 1 OR NEW.moved <> 1
        OR NEW.state NOT IN ('pending', 'waiting', 'approved')
        OR (NEW.state = 'approved' AND NEW.authority = 'lead')
        OR (NEW.state = 'pending' AND NEW.authority <> 'lead');
    SELECT RAISE(ABORT, 'outbox.replaced') WHERE NEW.replaces IS NOT NULL
        AND EXISTS (SELECT 1 FROM drafts WHERE replaces = NEW.replaces);
    SELECT RAISE(ABORT, 'outbox.state-replace') WHERE NEW.replaces IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM drafts WHERE id = NEW.replaces AND state = 'returned');
END;

CREATE TRIGGER drafts_kept BEFORE DELETE ON drafts BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden');
END;

CREATE TRIGGER drafts_facts BEFORE UPDATE OF id, code, at, author, kind, partner, "row", authority, urgent, cases,
    channel, batch, replaces ON drafts BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden');
END;

-- What a purge takes away, and nothing else does.
CREATE TRIGGER drafts_purged BEFORE UPDATE OF site, place, plates, initials, search ON drafts
WHEN NOT (OLD.state = 'purged' AND coalesce(NEW.site, NEW.place, NEW.plates, NEW.initials, NEW.search) IS NULL) BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden');
END;

-- Where a draft is follows from an event, which says from where.
CREATE TRIGGER drafts_moved BEFORE UPDATE OF state, step, moved, reason ON drafts BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NOT EXISTS (
        SELECT 1 FROM events WHERE draft = OLD.id AND step = NEW.step AND NEW.step = OLD.step + 1
            AND source = OLD.state AND target = NEW.state
            AND NEW.moved = CASE WHEN source = target THEN OLD.moved ELSE NEW.step END
            AND NEW.reason IS CASE WHEN source = target THEN OLD.reason WHEN verb = 'return' THEN reason END
    ) AND NOT (OLD.state = 'purged' AND NEW.state = 'purged' AND NEW.step = OLD.step AND NEW.moved = OLD.moved
        AND NEW.reason IS NULL);
END;

-- New bytes come with the event that fills a waiting draft, and go with a purge.
CREATE TRIGGER drafts_filled BEFORE UPDATE OF suffix, sha256, subject, receiver ON drafts BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NOT (OLD.state = 'purged' AND NEW.suffix = OLD.suffix
        AND NEW.sha256 = '' AND coalesce(NEW.subject, NEW.receiver) IS NULL OR EXISTS (
        SELECT 1 FROM events WHERE draft = OLD.id AND step = OLD.step AND verb = 'fill'
            AND sha256 = NEW.sha256 AND sha256 <> OLD.sha256
    ));
END;

CREATE TRIGGER events_made BEFORE INSERT ON events BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE EXISTS (
        SELECT 1 FROM events WHERE number = NEW.number OR draft = NEW.draft AND step = NEW.step
    );
    SELECT RAISE(ABORT, 'outbox.changed') WHERE NEW.step > 1 AND NOT EXISTS (
        SELECT 1 FROM drafts WHERE id = NEW.draft AND step = NEW.step - 1 AND state = NEW.source
    );
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NEW.step = 1 AND NOT EXISTS (
        SELECT 1 FROM drafts WHERE id = NEW.draft AND step = 1 AND state = NEW.target AND sha256 = NEW.sha256
    );
    -- whatever is approved, returned or sent are these bytes
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NEW.verb NOT IN ('fill', 'purge') AND NOT EXISTS (
        SELECT 1 FROM drafts WHERE id = NEW.draft AND sha256 = NEW.sha256
    );
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NEW.verb = 'return' AND NEW.reason IS NULL AND NEW.other IS NULL;
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NEW.grounds IN ('author', 'doer') AND NOT EXISTS (
        SELECT 1 FROM drafts WHERE id = NEW.draft AND author = NEW.login AND NEW.grounds = 'author'
        UNION ALL
        SELECT 1 FROM events WHERE draft = NEW.draft AND step = NEW.undoes AND login = NEW.login AND NEW.grounds = 'doer'
    );
    -- what is taken back is the last change, made by hand, of a draft that nothing replaced
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NEW.verb = 'undo' AND NOT EXISTS (
        SELECT 1 FROM events JOIN drafts ON drafts.id = events.draft
        WHERE draft = NEW.draft AND events.step = NEW.undoes AND drafts.moved = NEW.undoes
            AND verb IN ('approve', 'return', 'sent') AND source = NEW.target AND target = NEW.source
            AND other IS NULL AND NOT EXISTS (SELECT 1 FROM drafts AS later WHERE later.replaces = NEW.draft)
    );
END;

CREATE TRIGGER events_first AFTER INSERT ON events WHEN NEW.step = 1 BEGIN
    INSERT INTO unplaced (draft) VALUES (NEW.draft);
END;

CREATE TRIGGER events_done AFTER INSERT ON events WHEN NEW.step > 1 BEGIN
    UPDATE drafts SET state = NEW.target, step = NEW.step,
        moved = CASE WHEN NEW.source = NEW.target THEN moved ELSE NEW.step END,
        reason = CASE WHEN NEW.source = NEW.target THEN reason WHEN NEW.verb = 'return' THEN NEW.reason END
    WHERE id = NEW.draft;
    UPDATE table_rows SET live = (NEW.target NOT IN ('returned', 'purged'))
    WHERE draft = NEW.draft AND live <> (NEW.target NOT IN ('returned', 'purged'));
    INSERT INTO unplaced (draft) SELECT NEW.draft
    WHERE NEW.source <> NEW.target AND NOT EXISTS (SELECT 1 FROM unplaced WHERE draft = NEW.draft);
END;

CREATE TRIGGER events_kept BEFORE DELETE ON events BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden');
END;

CREATE TRIGGER events_facts BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NOT (
        EXISTS (SELECT 1 FROM drafts WHERE id = OLD.draft AND state = 'purged')
        AND NEW.reason IS CASE WHEN OLD.verb = 'purge' THEN OLD.reason END AND NEW.sha256 IS NULL
        AND NEW.number = OLD.number AND NEW.draft = OLD.draft AND NEW.step = OLD.step AND NEW.at = OLD.at AND NEW.login = OLD.login
        AND NEW.verb = OLD.verb AND NEW.source IS OLD.source AND NEW.target = OLD.target
        AND NEW.grounds = OLD.grounds AND NEW.other IS OLD.other AND NEW.undoes IS OLD.undoes
    );
END;

CREATE TRIGGER contents_made BEFORE INSERT ON contents BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') 
        WHERE EXISTS (SELECT 1 FROM contents WHERE draft = NEW.draft OR rowid = NEW.rowid)
        OR NOT EXISTS (SELECT 1 FROM drafts WHERE id = NEW.draft AND sha256 = NEW.sha256 AND state <> 'purged');
END;

CREATE TRIGGER contents_filled BEFORE UPDATE ON contents BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NEW.draft <> OLD.draft OR NEW.sha256 = OLD.sha256
        OR NEW.details <> OLD.details OR NEW.internal IS NOT OLD.internal
        OR NOT EXISTS (SELECT 1 FROM drafts WHERE id = OLD.draft AND state = 'pending' AND sha256 = NEW.sha256);
END;

CREATE TRIGGER contents_kept BEFORE DELETE ON contents BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden')
    WHERE NOT EXISTS (SELECT 1 FROM drafts WHERE id = OLD.draft AND state = 'purged');
END;

CREATE TRIGGER plates_made BEFORE INSERT ON plates BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden')
    WHERE NOT EXISTS (SELECT 1 FROM drafts WHERE id = NEW.draft)
        OR EXISTS (SELECT 1 FROM events WHERE draft = NEW.draft)
        OR EXISTS (SELECT 1 FROM plates WHERE plate = NEW.plate AND draft = NEW.draft);
END;

CREATE TRIGGER plates_facts BEFORE UPDATE ON plates BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden');
END;

CREATE TRIGGER plates_kept BEFORE DELETE ON plates BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden')
    WHERE NOT EXISTS (SELECT 1 FROM drafts WHERE id = OLD.draft AND state = 'purged');
END;

CREATE TRIGGER table_rows_made BEFORE INSERT ON table_rows BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NEW.live <> 1
        OR NOT EXISTS (SELECT 1 FROM drafts WHERE id = NEW.draft)
        OR EXISTS (SELECT 1 FROM events WHERE draft = NEW.draft)
        OR EXISTS (SELECT 1 FROM table_rows WHERE draft = NEW.draft AND number = NEW.number);
    SELECT RAISE(ABORT, 'outbox.row-taken')
    WHERE EXISTS (SELECT 1 FROM table_rows WHERE cells = NEW.cells AND place = NEW.place AND live = 1);
END;

CREATE TRIGGER table_rows_facts BEFORE UPDATE ON table_rows BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden') WHERE NEW.draft <> OLD.draft OR NEW.number <> OLD.number
        OR NEW.cells <> OLD.cells OR NEW.place <> OLD.place OR NEW.before IS NOT OLD.before
        OR NEW.live <> (SELECT state NOT IN ('returned', 'purged') FROM drafts WHERE id = OLD.draft);
    SELECT RAISE(ABORT, 'outbox.row-taken') WHERE NEW.live = 1 AND OLD.live = 0
        AND EXISTS (SELECT 1 FROM table_rows WHERE cells = NEW.cells AND place = NEW.place AND live = 1);
END;

CREATE TRIGGER table_rows_kept BEFORE DELETE ON table_rows BEGIN
    SELECT RAISE(ABORT, 'outbox.forbidden')
    WHERE NOT EXISTS (SELECT 1 FROM drafts WHERE id = OLD.draft AND state = 'purged');
END;
