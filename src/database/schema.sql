-- The database of guillemet, version 3. Times and places are as the articles have them: offsets count code points of the text.
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

-- What articles say that speakers are, beside their names: maire de Brécey.
CREATE TABLE role (
    article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    entity INTEGER NOT NULL REFERENCES entity (id),
    role TEXT NOT NULL,
    PRIMARY KEY (article, entity, role)
) WITHOUT ROWID;
CREATE INDEX role_entity ON role (entity);

-- Whom a surname means in an article, where that is proven.
CREATE TABLE proof (
    article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    entity INTEGER NOT NULL REFERENCES entity (id),
    person INTEGER NOT NULL REFERENCES entity (id),
    proof TEXT NOT NULL,              -- role (given to the full name too), words (the same six and more) or title (has the full name)
    PRIMARY KEY (article, entity)
) WITHOUT ROWID;
CREATE INDEX proof_entity ON proof (entity);
CREATE INDEX proof_person ON proof (person);

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

-- The words of quotes and their stems; case and accents make no difference, œ is oe and æ is ae. The number is that of the row,
-- which has the words: this is the index alone.
CREATE VIRTUAL TABLE words USING fts5 (quote, stems, content = '', tokenize = 'unicode61 remove_diacritics 2');
-- The words of names and descriptions. The number is that of the entity.
CREATE VIRTUAL TABLE names USING fts5 (name, tokenize = 'unicode61 remove_diacritics 2');
-- In how many rows each stem stands, by its hash: which words of a claim are rare.
CREATE TABLE stem (hash INTEGER PRIMARY KEY, rows INTEGER NOT NULL);

-- To look at: a row each quotation, speaker, role and article. A person is a speaker across articles, by the first name met.
CREATE VIEW quotes AS
SELECT row.id, coalesce(entity.name, '') AS speaker, row.quote, article.source, article.date, article.title, row.kind,
    row.mention, row.cue, row.via, row.rule, row.link, row.confidence, row.gender, row.start, row.end, row.url,
    coalesce(person.name, '') AS person, coalesce(proof.proof, '') AS proof
FROM row JOIN article ON article.id = row.article LEFT JOIN entity ON entity.id = row.entity
    LEFT JOIN proof ON proof.article = row.article AND proof.entity = row.entity
    LEFT JOIN entity AS person ON person.id = coalesce(proof.person, entity.person);

CREATE VIEW speakers AS
SELECT person.id, person.name AS speaker, count(*) AS quotes, count(DISTINCT row.article) AS articles,
    min(article.day) AS first, max(article.day) AS last, group_concat(DISTINCT entity.name) AS names
FROM row JOIN article ON article.id = row.article JOIN entity ON entity.id = row.entity
    LEFT JOIN proof ON proof.article = row.article AND proof.entity = row.entity
    JOIN entity AS person ON person.id = coalesce(proof.person, entity.person)
GROUP BY person.id;

CREATE VIEW roles AS
SELECT person.name AS speaker, role.role, count(*) AS articles, min(article.day) AS first, max(article.day) AS last
FROM role JOIN article ON article.id = role.article JOIN entity ON entity.id = role.entity
    LEFT JOIN proof ON proof.article = role.article AND proof.entity = role.entity
    JOIN entity AS person ON person.id = coalesce(proof.person, entity.person)
GROUP BY person.id, role.role;

CREATE VIEW articles AS
SELECT article.id, article.source, article.title, article.date, article.language, article.url,
    length(article.text) AS characters, (SELECT count(*) FROM row WHERE row.article = article.id) AS quotes
FROM article;
