-- The database of guillemet, version 2. Times and places are as the articles have them: offsets count code points of the text.
CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,      -- path, id or address: one article each
    title TEXT NOT NULL,
    date TEXT NOT NULL,               -- as the input says it
    day TEXT,                         -- the same as 2026-03-14, where it can be read
    language TEXT NOT NULL,
    url TEXT NOT NULL,
    text TEXT NOT NULL,
    digest BLOB NOT NULL              -- of all of these and of the rules: what has the same is not read again
);
CREATE INDEX article_day ON article (day);
-- All digests are asked for at once: without this, the texts that stand before them would be read.
CREATE UNIQUE INDEX article_digest ON article (digest);

CREATE TABLE entity (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,        -- the fullest name or description in its articles
    key TEXT NOT NULL,                -- its words without titles, case and accents: what has the same is one
    described INTEGER NOT NULL,       -- 1 for a description (le maire), 0 for a name
    gender TEXT NOT NULL,             -- f or m of a person, where an article tells
    person INTEGER NOT NULL REFERENCES entity (id)    -- who it is across articles: the first entity with its key
);
CREATE INDEX entity_key ON entity (key);
CREATE INDEX entity_person ON entity (person);

CREATE TABLE row (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    entity INTEGER REFERENCES entity (id),   -- none where the article does not tell
    quote TEXT NOT NULL,              -- the exact words
    kind TEXT NOT NULL,               -- direct, mixed or indirect
    mention TEXT NOT NULL,
    cue TEXT NOT NULL,
    via TEXT NOT NULL,
    rule TEXT NOT NULL,
    link TEXT NOT NULL,
    confidence REAL NOT NULL,
    gender TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    url TEXT NOT NULL,                -- opens the page at the quote
    mention_start INTEGER,
    mention_end INTEGER,
    cue_start INTEGER,
    cue_end INTEGER
);
CREATE INDEX row_article ON row (article);
CREATE INDEX row_entity ON row (entity);

-- The words of quotes and their stems; case and accents make no difference, œ is oe and æ is ae. The number is that of the row.
CREATE VIRTUAL TABLE words USING fts5 (quote, stems, tokenize = 'unicode61 remove_diacritics 2');
-- The words of names and descriptions. The number is that of the entity.
CREATE VIRTUAL TABLE names USING fts5 (name, tokenize = 'unicode61 remove_diacritics 2');
-- In how many rows each stem stands, by its hash: which words of a claim are rare.
CREATE TABLE stem (hash INTEGER PRIMARY KEY, rows INTEGER NOT NULL);

-- To look at: a row each quotation, speaker and article.
CREATE VIEW quotes AS
SELECT row.id, coalesce(entity.name, '') AS speaker, row.quote, article.source, article.date, article.title, row.kind,
    row.mention, row.cue, row.via, row.rule, row.link, row.confidence, row.gender, row.start, row.end, row.url,
    coalesce(person.name, '') AS person
FROM row JOIN article ON article.id = row.article LEFT JOIN entity ON entity.id = row.entity
    LEFT JOIN entity AS person ON person.id = entity.person;

CREATE VIEW speakers AS
SELECT person.id, person.name AS speaker, count(*) AS quotes, count(DISTINCT row.article) AS articles,
    min(article.day) AS first, max(article.day) AS last, group_concat(DISTINCT entity.name) AS names
FROM entity AS person JOIN entity ON entity.person = person.id JOIN row ON row.entity = entity.id
    JOIN article ON article.id = row.article
GROUP BY person.id;

CREATE VIEW articles AS
SELECT article.id, article.source, article.title, article.date, article.language, article.url,
    length(article.text) AS characters, (SELECT count(*) FROM row WHERE row.article = article.id) AS quotes
FROM article;
