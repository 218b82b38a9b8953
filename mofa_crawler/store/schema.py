"""The tables, as migrations: the database's `user_version` says how many were applied.

A migration that was ever released is never changed; a new one is added at the end.
"""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    -- Every address ever discovered, and what last became of it.
    CREATE TABLE pages (
        url TEXT PRIMARY KEY,
        -- The address to request, as the listing gave it, if it differs from `url`.
        fetch_url TEXT NOT NULL DEFAULT '',
        role TEXT NOT NULL CHECK (role IN ('release', 'listing')),
        lang TEXT NOT NULL,
        month TEXT,  -- of a month page
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
        -- 1: only the entries of this listing that lie in a period are stored.
        is_partial INTEGER NOT NULL DEFAULT 0,
        -- The body of a rejected page that a person has acknowledged.
        acknowledged_hash TEXT,
        -- The response in the archive: file, offset, WARC-Date and WARC-Payload-Digest.
        archive_file TEXT,
        archive_offset INTEGER,
        archived_at TEXT,
        archive_digest TEXT,
        fetched_at TEXT,
        -- When the site last confirmed the page, also without a change. NULL: never fetched.
        checked_at TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pages_by_status ON pages (status, role, lang);
    CREATE INDEX listings ON pages (month) WHERE role = 'listing';

    -- Which listing named which page, under which date and title, and when it last did.
    CREATE TABLE listed (
        listing TEXT NOT NULL REFERENCES pages (url),
        url TEXT NOT NULL REFERENCES pages (url),
        date TEXT,
        title TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        PRIMARY KEY (listing, url)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX listed_by_url ON listed (url, date);

    -- The current text of every release.
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
        attribution TEXT NOT NULL,
        warnings TEXT NOT NULL DEFAULT '[]',  -- JSON: codes
        -- The run that last changed the release in any way.
        changed_in INTEGER
    ) STRICT;
    CREATE INDEX releases_by_date ON releases (date, id, lang);
    CREATE INDEX releases_by_month ON releases (lang, substr(date, 1, 7));
    CREATE INDEX releases_by_duplicate_key ON releases (duplicate_key);
    CREATE INDEX releases_by_translation ON releases (translation) WHERE translation IS NOT NULL;
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

    -- Every fetch of the page of a release that brought a text, or found the page gone.
    CREATE TABLE observations (
        url TEXT NOT NULL REFERENCES pages (url),
        fetched_at TEXT NOT NULL,
        body_hash TEXT NOT NULL,  -- empty: the page was gone
        seen_at TEXT NOT NULL,  -- as `fetched_at`; later if the clock had been set back
        until TEXT,  -- the last fetch that found nothing new
        source TEXT NOT NULL,
        parser_version INTEGER NOT NULL,
        text INTEGER REFERENCES texts (number),  -- NULL: the text in `releases`
        PRIMARY KEY (url, fetched_at, body_hash)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER observations_are_kept BEFORE DELETE ON observations
        BEGIN SELECT RAISE(ABORT, 'observations are never deleted'); END;

    -- Texts that are not current, as JSON of what was read from the page.
    CREATE TABLE texts (
        number INTEGER PRIMARY KEY,
        url TEXT NOT NULL REFERENCES pages (url),
        record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX texts_by_url ON texts (url);
    CREATE TRIGGER texts_are_kept BEFORE DELETE ON texts
        BEGIN SELECT RAISE(ABORT, 'texts are never deleted'); END;
    CREATE TRIGGER texts_are_final BEFORE UPDATE ON texts
        BEGIN SELECT RAISE(ABORT, 'texts are never changed'); END;

    -- Superseded texts in the order of time, each as its whole record (JSON). They are computed
    -- from the observations of a release.
    CREATE TABLE revisions (
        release_id TEXT NOT NULL REFERENCES releases (id),
        revision INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        superseded_at TEXT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (release_id, revision)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        started_at TEXT NOT NULL,
        finished_at TEXT,  -- NULL: the run goes on, or was killed
        pid INTEGER NOT NULL,
        spider TEXT NOT NULL,
        arguments TEXT NOT NULL,  -- JSON, as given
        version TEXT NOT NULL,
        archive_file TEXT,  -- the WARC file that the run writes
        archive_recovered INTEGER NOT NULL DEFAULT 0,  -- 1: the run was killed, the file finished
        reason TEXT,
        exit_code INTEGER,
        counts TEXT,  -- JSON: how many of each outcome, by language
        -- JSON: the languages whose listings the run read completely, up to its day.
        completed_languages TEXT NOT NULL DEFAULT '[]',
        -- JSON: the newest day in the listings of each language at the end of the run.
        newest_days TEXT NOT NULL DEFAULT '{}',
        report TEXT  -- JSON: the run report
    ) STRICT;

    -- Titles and texts by search key (NFKC, case-folded), under releases.number. Trigrams, because
    -- the default tokenizer finds no word in Japanese. With positions the database takes a
    -- quarter more of the disk, and a search reads no text. The keys are folded already:
    -- `case_sensitive` keeps SQLite from folding them by other rules. Behind each key are two
    -- spaces, so that each of its characters begins a trigram.
    CREATE VIRTUAL TABLE search USING fts5 (
        title, text, tokenize = 'trigram case_sensitive 1'
    );
    -- Which trigram is in which release. This table takes no room. Words of one or two
    -- characters are found as beginnings of trigrams.
    CREATE VIRTUAL TABLE search_trigrams USING fts5vocab (search, instance);

    -- Texts of rejected pages, extracted without knowledge of their layout. No record uses them.
    CREATE TABLE drafts (
        url TEXT PRIMARY KEY REFERENCES pages (url),
        text TEXT NOT NULL,
        parser_version INTEGER NOT NULL,  -- of the parser that rejected the page
        fetched_at TEXT NOT NULL,
        source TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Every release that was ever listed or read, also if its page could not be read.
    CREATE VIEW catalogue AS
        SELECT ifnull(releases.id, CASE  -- the path without its ending, as `site.release_id`
                   WHEN pages.url LIKE '%.html' THEN substr(path, 1, length(path) - 5)
                   WHEN pages.url LIKE '%.htm' THEN substr(path, 1, length(path) - 4)
                   ELSE path END) AS id,
               pages.url, pages.lang,
               ifnull(releases.date, named.date) AS date,
               ifnull(releases.title, named.title) AS title,
               pages.status, pages.code,
               CASE WHEN releases.id IS NOT NULL THEN 'exact'
                    WHEN drafts.url IS NOT NULL THEN 'draft'
                    ELSE 'none' END AS text
        FROM (SELECT *, substr(url, instr(substr(url, 9), '/') + 9) AS path FROM pages) AS pages
        LEFT JOIN releases USING (url)
        LEFT JOIN drafts USING (url)
        -- The title beside the earliest date.
        LEFT JOIN (SELECT url, min(date) AS date, title FROM listed GROUP BY url) AS named
               USING (url)
        WHERE pages.role = 'release' AND pages.status != 'skipped';
    """,
)
