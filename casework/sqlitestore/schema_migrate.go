package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"priemnaya/casework"
)

// applicationID marks the file as ours ("Prie"), so that another program's
// database is refused before anything is written into it.
const applicationID = 0x50726965

// migrations bring the schema from version i to i+1. Entries are never edited
// once released; a change is a new entry at the end.
var migrations = []string{
	`CREATE TABLE docs (
		docid INTEGER PRIMARY KEY,
		doc   BLOB NOT NULL
	);
	CREATE TABLE rows (
		docid     INTEGER PRIMARY KEY,
		id        TEXT NOT NULL,
		version   INTEGER NOT NULL,
		saved     INTEGER NOT NULL,
		number    TEXT NOT NULL,
		receipt   TEXT NOT NULL,
		stage     TEXT NOT NULL,
		regime    TEXT NOT NULL,
		kind      TEXT NOT NULL,
		channel   TEXT NOT NULL,
		body      TEXT NOT NULL,
		unit      TEXT NOT NULL,
		officer   TEXT NOT NULL,
		topic     TEXT NOT NULL,
		territory TEXT NOT NULL,
		summary   TEXT NOT NULL,
		applicant TEXT NOT NULL,
		received  INTEGER NOT NULL,
		changed   INTEGER NOT NULL,
		due       INTEGER NOT NULL,
		due_kind  TEXT NOT NULL,
		outbox    INTEGER
	);
	CREATE UNIQUE INDEX rows_id ON rows(id);
	CREATE UNIQUE INDEX rows_saved ON rows(saved);
	CREATE INDEX rows_received ON rows(received DESC, id);
	CREATE INDEX rows_body_due ON rows(body, due, id, stage);
	CREATE INDEX rows_body_received ON rows(body, received DESC, id, stage);
	CREATE INDEX rows_unit_due ON rows(unit, due, id) WHERE unit <> '';
	CREATE INDEX rows_officer_due ON rows(officer, due, id) WHERE officer <> '';
	CREATE INDEX rows_due ON rows(due, id) WHERE due < 1000000000;
	CREATE INDEX rows_idle ON rows(id) WHERE due = 1000000000;
	CREATE INDEX rows_outbox ON rows(outbox, id) WHERE outbox IS NOT NULL;
	CREATE TABLE numbers (
		number TEXT NOT NULL,
		docid  INTEGER NOT NULL,
		PRIMARY KEY (number, docid)
	) WITHOUT ROWID;
	CREATE TABLE parties (
		party TEXT NOT NULL,
		docid INTEGER NOT NULL,
		PRIMARY KEY (party, docid)
	) WITHOUT ROWID;
	CREATE TABLE counts (
		body  TEXT NOT NULL,
		stage TEXT NOT NULL,
		n     INTEGER NOT NULL,
		PRIMARY KEY (body, stage)
	) WITHOUT ROWID;
	CREATE TABLE words_queue (
		docid INTEGER PRIMARY KEY,
		saved INTEGER NOT NULL
	);
	CREATE VIRTUAL TABLE words USING fts5(
		terms, content='', contentless_delete=1, detail=none, tokenize='ascii'
	);
	CREATE TABLE series (
		name TEXT PRIMARY KEY,
		last INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE TABLE shelf (
		kind    TEXT NOT NULL,
		id      TEXT NOT NULL,
		version INTEGER NOT NULL,
		owner   TEXT NOT NULL,
		expires INTEGER,
		data    BLOB NOT NULL,
		PRIMARY KEY (kind, id)
	);
	CREATE INDEX shelf_owner ON shelf(kind, owner, id);
	CREATE INDEX shelf_expires ON shelf(expires) WHERE expires IS NOT NULL;`,

	// Indexes hold the columns that lists are filtered by, so that a walk that
	// skips many cases does not look each of them up.
	// The index of words is kept in the order of receipt (see wordsBase), so
	// that the newest finds come first without sorting; it is fed anew.
	`ALTER TABLE rows ADD COLUMN wid INTEGER;
	UPDATE rows SET wid = x.wid FROM (SELECT docid, ((received - ((received % 1000) + 1000) % 1000) / 1000) * 65536
		+ row_number() OVER (PARTITION BY (received - ((received % 1000) + 1000) % 1000) ORDER BY docid) - 1 AS wid
		FROM rows) x WHERE x.docid = rows.docid;
	CREATE UNIQUE INDEX rows_wid ON rows(wid);
	DROP TABLE words;
	CREATE VIRTUAL TABLE words USING fts5(
		terms, content='', contentless_delete=1, detail=none, tokenize='ascii'
	);
	INSERT INTO words_queue SELECT docid, saved FROM rows WHERE true ON CONFLICT DO NOTHING;
	CREATE INDEX rows_stage_due ON rows(stage, due, id, topic, territory, regime, channel, body, received);
	CREATE INDEX rows_body_stage_due ON rows(body, stage, due, id, topic, territory, regime, channel, unit, received);
	CREATE INDEX rows_topic ON rows(topic, stage, due, id, received);
	CREATE INDEX rows_body_topic ON rows(body, topic, stage, due, id, received);
	CREATE INDEX rows_territory ON rows(territory, stage, due, id, received);
	CREATE INDEX rows_body_territory ON rows(body, territory, stage, due, id, received);
	CREATE INDEX rows_channel ON rows(channel, stage, due, id, received);
	CREATE INDEX rows_regime ON rows(regime, stage, due, id, received);`,

	// What is owed, counted by place and day: the board of a million cases.
	`CREATE TABLE owed (
		body    TEXT NOT NULL,
		unit    TEXT NOT NULL,
		officer TEXT NOT NULL,
		due     INTEGER NOT NULL,
		n       INTEGER NOT NULL,
		PRIMARY KEY (body, unit, officer, due)
	) WITHOUT ROWID;
	INSERT INTO owed SELECT body, unit, officer, due, count(*) FROM rows WHERE due < 1000000000 GROUP BY 1, 2, 3, 4;`,

	// What a case waits for (casework.Waiting): few wait, so a partial index.
	`ALTER TABLE rows ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
	UPDATE rows SET waits = x.waits FROM (SELECT docid,
		(EXISTS (SELECT 1 FROM json_each(doc, '$.procedure.requests') WHERE value ->> 'answeredAt' IS NULL AND value ->> 'to' = 'applicant'))
		+ 2 * (EXISTS (SELECT 1 FROM json_each(doc, '$.procedure.requests') WHERE value ->> 'answeredAt' IS NULL AND value ->> 'to' <> 'applicant'))
		+ 4 * (doc ->> '$.stage' = 'on_signing' OR doc ->> '$.procedure.proposal' IS NOT NULL)
		+ 8 * (doc ->> '$.stage' = 'in_work' AND coalesce(doc ->> '$.draft.remarks', '') <> '') AS waits FROM docs) x
		WHERE x.docid = rows.docid AND x.waits <> 0 AND rows.stage NOT IN ('answered', 'left', 'returned', 'rejected', 'withdrawn');
	CREATE INDEX rows_waits ON rows(due, id, waits, body, unit, officer, stage) WHERE waits <> 0;
	CREATE INDEX rows_body_waits ON rows(body, due, id, waits, unit, officer, stage) WHERE waits <> 0;`,

	// Lists of an officer or a unit are read by stage, so that the years of what
	// is answered are not walked; walks by receipt skip within their index.
	`DROP INDEX rows_officer_due;
	CREATE INDEX rows_officer_due ON rows(officer, stage, due, id, waits, body, unit) WHERE officer <> '';
	DROP INDEX rows_unit_due;
	CREATE INDEX rows_unit_due ON rows(unit, stage, due, id, waits, body, officer) WHERE unit <> '';
	DROP INDEX rows_received;
	CREATE INDEX rows_received ON rows(received DESC, id, stage, body, topic, territory, regime, channel);
	DROP INDEX rows_body_received;
	CREATE INDEX rows_body_received ON rows(body, received DESC, id, stage, topic, territory, regime, channel, unit);`,
}

// migrate brings a file to the newest schema, one transaction for each step.
// Errors: Invalid for a file of another program or of a newer release.
func migrate(ctx context.Context, conn *sql.Conn, log *slog.Logger) error {
	const op = "sqlitestore.Open"
	version, err := schemaVersion(ctx, conn)
	if err != nil {
		return err
	}
	if version > len(migrations) {
		return &casework.Error{Code: casework.Invalid, Op: op, Message: "store.newer",
			Err: fmt.Errorf("the file has schema %d, this release knows up to %d: use a newer release", version, len(migrations))}
	}
	for old := version > 0; version < len(migrations); version++ {
		if old {
			// A large file takes minutes; whoever waits for the start sees why.
			log.Info("the store is brought to a newer schema", "schema", version+1, "of", len(migrations))
		}
		if err := step(ctx, conn, version); err != nil {
			return failed(op, fmt.Errorf("schema %d: %w", version+1, err))
		}
	}
	return nil
}

func step(ctx context.Context, conn *sql.Conn, version int) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if version == 0 {
		first := fmt.Sprintf("PRAGMA application_id=%d; CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
			applicationID)
		if _, err := tx.ExecContext(ctx, first); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, migrations[version]); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO meta VALUES ('schema', ?)", strconv.Itoa(version+1)); err != nil {
		return err
	}
	return tx.Commit()
}

// schemaVersion reads the version of the schema; 0 is an empty file.
func schemaVersion(ctx context.Context, conn *sql.Conn) (int, error) {
	const op = "sqlitestore.Open"
	var tables, app int
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return 0, failed(op, err)
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return 0, failed(op, err)
	}
	if tables == 0 {
		return 0, nil
	}
	if app != applicationID {
		return 0, &casework.Error{Code: casework.Invalid, Op: op, Message: "store.foreign",
			Err: errors.New("the file is a database of another program")}
	}
	var value string
	err := conn.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = 'schema'").Scan(&value)
	if err != nil {
		return 0, failed(op, err)
	}
	version, err := strconv.Atoi(value)
	if err != nil || version < 1 {
		return 0, &casework.Error{Code: casework.Corrupted, Op: op, Message: "store.corrupted",
			Err: errors.New("the schema version is no number")}
	}
	return version, nil
}
