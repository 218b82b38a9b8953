"""The tables, as migrations: the database's `user_version` says how many were applied.

A migration that was ever released is never changed; a new one is added at the end.
"""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    -- Every address ever met, and what it last came to.
    CREATE TABLE pages (
        url TEXT PRIMARY KEY,
        role TEXT NOT NULL CHECK (role IN ('release', 'listing')),
        lang TEXT NOT NULL,
        status TEXT NOT NULL CHECK (
            status IN ('discovered', 'parsed', 'rejected', 'failed',
                       'gone', 'placeholder', 'redirected', 'skipped')
        ),
        code TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT '',
        http_status INTEGER,
        answered_url TEXT NOT NULL DEFAULT '',
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        encoding TEXT NOT NULL DEFAULT '',
        parser_version INTEGER NOT NULL DEFAULT 0,
        body_hash TEXT NOT NULL DEFAULT '',
        archive_file TEXT,
        archive_offset INTEGER,
        fetched_at TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pages_by_state ON pages (status, role, lang);

    -- Which listing named which page, under which date and title.
    CREATE TABLE listed (
        listing TEXT NOT NULL REFERENCES pages (url),
        url TEXT NOT NULL REFERENCES pages (url),
        date TEXT NOT NULL,
        title TEXT NOT NULL,
        PRIMARY KEY (listing, url)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX listed_by_url ON listed (url);

    -- The current text of every release. The row's number tells which was held first.
    CREATE TABLE releases (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL UNIQUE REFERENCES pages (url),
        lang TEXT NOT NULL,
        section TEXT NOT NULL,
        title TEXT NOT NULL,
        date TEXT NOT NULL,
        date_source TEXT NOT NULL,
        lead TEXT NOT NULL,
        text TEXT NOT NULL,
        translation TEXT,
        layout TEXT NOT NULL,
        parser_version INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        duplicate_key TEXT NOT NULL,
        revision INTEGER NOT NULL,
        duplicate_of TEXT REFERENCES releases (id),
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        gone_since TEXT,
        source TEXT NOT NULL,
        license TEXT NOT NULL,
        attribution TEXT NOT NULL
    ) STRICT;
    CREATE INDEX releases_by_date ON releases (date, id);
    CREATE INDEX releases_by_duplicate_key ON releases (duplicate_key);
    CREATE INDEX releases_by_original ON releases (duplicate_of);

    CREATE TABLE blocks (
        release_id TEXT NOT NULL REFERENCES releases (id),
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        level INTEGER NOT NULL,
        label TEXT NOT NULL,
        text TEXT NOT NULL,
        rows TEXT NOT NULL,  -- JSON: a list of rows, each a list of cells
        PRIMARY KEY (release_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE VIEW points AS
        SELECT release_id, position, level, label, text FROM blocks WHERE kind = 'point';

    CREATE TABLE links (
        release_id TEXT NOT NULL REFERENCES releases (id),
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        url TEXT NOT NULL,
        PRIMARY KEY (release_id, position)
    ) STRICT, WITHOUT ROWID;

    -- Superseded texts, each as the whole record it was (JSON). Rows are only ever added.
    CREATE TABLE revisions (
        release_id TEXT NOT NULL REFERENCES releases (id),
        revision INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        superseded_at TEXT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (release_id, revision)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER revisions_are_kept BEFORE DELETE ON revisions
        BEGIN SELECT RAISE(ABORT, 'revisions are never deleted'); END;
    CREATE TRIGGER revisions_are_final BEFORE UPDATE ON revisions
        BEGIN SELECT RAISE(ABORT, 'revisions are never changed'); END;

    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        started_at TEXT NOT NULL,
        finished_at TEXT,  -- NULL: the run goes on, or was killed
        spider TEXT NOT NULL,
        arguments TEXT NOT NULL,  -- JSON, as given
        version TEXT NOT NULL,
        reason TEXT,
        exit_code INTEGER,
        counts TEXT,  -- JSON: per language, how many of what
        caught_up TEXT NOT NULL DEFAULT '[]'  -- JSON: languages read up to date
    ) STRICT;

    -- Titles and texts by search key (NFKC, case-folded), under releases.number. Trigrams, because
    -- the default tokenizer finds no word in Japanese.
    CREATE VIRTUAL TABLE search USING fts5 (title, text, tokenize = 'trigram');
    """,
    """
    -- When the site last said what a page is, also where it said that nothing has changed.
    ALTER TABLE pages ADD COLUMN checked_at TEXT;
    -- When a listing last named a release: the rolling index drops what is a month old.
    ALTER TABLE listed ADD COLUMN last_seen TEXT NOT NULL DEFAULT '';
    -- The process of a run that goes on.
    ALTER TABLE runs ADD COLUMN pid INTEGER;
    """,
    """
    -- JSON: what the run came to (`Report`). NULL: it goes on, was killed, or is older.
    ALTER TABLE runs ADD COLUMN report TEXT;
    """,
    """
    -- Which run last changed a release, in whatever way. NULL: none since this was noted.
    ALTER TABLE releases ADD COLUMN changed_in INTEGER;
    -- The archived answer at `archive_offset`: when it was given, and the digest of its payload.
    ALTER TABLE pages ADD COLUMN archived_at TEXT;
    ALTER TABLE pages ADD COLUMN archive_digest TEXT;
    -- The archive file that a run writes.
    ALTER TABLE runs ADD COLUMN archive_file TEXT;
    """,
    """
    -- Without places in a text the index takes a tenth of the room, and half of the time.
    CREATE VIRTUAL TABLE search_by_trigram
        USING fts5 (title, text, tokenize = 'trigram', detail = none);
    INSERT INTO search_by_trigram (rowid, title, text) SELECT rowid, title, text FROM search;
    DROP TABLE search;
    ALTER TABLE search_by_trigram RENAME TO search;
    """,
)
