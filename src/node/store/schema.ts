/**
 * The tables, as a list of steps. `user_version` counts the steps that a database has taken; a step
 * that was ever released is never changed, a new one is added at the end.
 *
 * Numbers that may exceed 2^53 (inode numbers) and times with fractions are REAL: they are only
 * compared for equality, and a double comes back as the same double.
 */
import type { DatabaseSync } from 'node:sqlite';

const steps: readonly string[] = [
	`
	CREATE TABLE identity (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

	CREATE TABLE hosts (
		host TEXT NOT NULL,
		port INTEGER NOT NULL,
		what TEXT NOT NULL,              -- ultrapeer, leaf, uhc
		seen INTEGER NOT NULL,           -- last time it was worth remembering
		failed INTEGER NOT NULL,         -- failures since then
		PRIMARY KEY (host, port)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX hosts_by_seen ON hosts (seen);

	CREATE TABLE folders (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		path TEXT NOT NULL UNIQUE,
		scanned INTEGER
	) STRICT;

	CREATE TABLE files (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		folder INTEGER NOT NULL REFERENCES folders ON DELETE CASCADE,
		path TEXT NOT NULL,              -- relative to the folder
		size INTEGER NOT NULL,
		mtime REAL NOT NULL,
		ino REAL NOT NULL,
		sha1 BLOB,
		requests INTEGER NOT NULL DEFAULT 0,
		served INTEGER NOT NULL DEFAULT 0,
		UNIQUE (folder, path)
	) STRICT;

	CREATE TABLE transfers (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		name TEXT NOT NULL,
		sha1 TEXT,
		size INTEGER,
		out TEXT NOT NULL,
		state TEXT NOT NULL,
		why TEXT NOT NULL,
		done INTEGER NOT NULL DEFAULT 0, -- bytes from the start that are written
		verdict TEXT NOT NULL DEFAULT 'ok',
		path TEXT,
		created INTEGER NOT NULL,
		ended INTEGER
	) STRICT;

	CREATE TABLE sources (
		transfer INTEGER NOT NULL REFERENCES transfers ON DELETE CASCADE,
		host TEXT NOT NULL,
		port INTEGER NOT NULL,
		guid TEXT NOT NULL,
		number INTEGER NOT NULL,         -- the source's own number for the file
		firewalled INTEGER NOT NULL,
		agent TEXT NOT NULL,
		trust TEXT NOT NULL,
		gave INTEGER NOT NULL,
		PRIMARY KEY (transfer, host, port, guid)
	) STRICT, WITHOUT ROWID;

	CREATE TABLE searches (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		words TEXT NOT NULL,
		started INTEGER NOT NULL,
		ended INTEGER,
		hits INTEGER NOT NULL DEFAULT 0
	) STRICT;

	-- Finished transfers, also after they were removed from the list.
	CREATE TABLE history (
		id INTEGER PRIMARY KEY,
		name TEXT NOT NULL,
		sha1 TEXT,
		size INTEGER NOT NULL,
		path TEXT NOT NULL,
		ended INTEGER NOT NULL
	) STRICT;

	CREATE TABLE evidence (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		at INTEGER NOT NULL,
		code TEXT NOT NULL,
		subject TEXT NOT NULL,
		detail TEXT,
		count INTEGER NOT NULL
	) STRICT;
	`,
	// Downloads from many sources, their quarantine, and hash trees.
	`
	ALTER TABLE transfers ADD COLUMN tth TEXT;
	ALTER TABLE transfers ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE transfers ADD COLUMN findings TEXT NOT NULL DEFAULT '[]';
	ALTER TABLE transfers ADD COLUMN scanners TEXT NOT NULL DEFAULT '[]';
	ALTER TABLE transfers ADD COLUMN released INTEGER;
	ALTER TABLE sources ADD COLUMN ordinal INTEGER NOT NULL DEFAULT 0;

	-- Spans as JSON: from, to, from, to, ...; origins: from, to, source, ...
	CREATE TABLE progress (
		transfer INTEGER PRIMARY KEY REFERENCES transfers ON DELETE CASCADE,
		here TEXT NOT NULL,
		verified TEXT NOT NULL,
		origins TEXT NOT NULL
	) STRICT;
	INSERT INTO progress SELECT id, '[0,' || done || ']', '[]', '[]' FROM transfers WHERE done > 0;

	CREATE TABLE trees (
		transfer INTEGER PRIMARY KEY REFERENCES transfers ON DELETE CASCADE,
		root TEXT NOT NULL,
		slice INTEGER NOT NULL,          -- bytes of the file below each hash
		slices BLOB NOT NULL,            -- 24 bytes each
		source INTEGER NOT NULL,         -- ordinal of who gave it
		proven INTEGER NOT NULL          -- the root is the one that was asked for
	) STRICT;
	`,
	// Hash trees of shared files: the root, and 24 bytes for each slice (library/file-hashes.ts).
	`
	ALTER TABLE files ADD COLUMN tth BLOB;
	ALTER TABLE files ADD COLUMN slices BLOB;
	`,
	// What was shared when, and served to whom.
	`
	CREATE TABLE audit (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		at INTEGER NOT NULL,
		what TEXT NOT NULL,              -- shared, unshared, served
		name TEXT NOT NULL,
		peer TEXT,
		agent TEXT,
		sha1 TEXT,
		start INTEGER,
		stop INTEGER,
		bytes INTEGER,
		why TEXT
	) STRICT;
	CREATE INDEX audit_by_time ON audit (at);
	`,
	// What a file is compared with when only its time has changed (library/sample.ts).
	`
	ALTER TABLE files ADD COLUMN sample BLOB;
	`,
	// Who passes a PUSH on to a source: host:port, host:port, ...
	`
	ALTER TABLE sources ADD COLUMN proxies TEXT;
	`,
	// A host may be known, and be a source, in several networks.
	`
	CREATE TABLE hosts_of_networks (
		network TEXT NOT NULL,
		host TEXT NOT NULL,
		port INTEGER NOT NULL,
		what TEXT NOT NULL,              -- ultrapeer, leaf, uhc, server
		seen INTEGER NOT NULL,           -- last time it was worth remembering
		failed INTEGER NOT NULL,         -- failures since then
		PRIMARY KEY (network, host, port)
	) STRICT, WITHOUT ROWID;
	INSERT INTO hosts_of_networks SELECT 'gnutella', host, port, what, seen, failed FROM hosts;
	DROP TABLE hosts;
	ALTER TABLE hosts_of_networks RENAME TO hosts;
	CREATE INDEX hosts_by_seen ON hosts (seen);

	CREATE TABLE sources_of_networks (
		transfer INTEGER NOT NULL REFERENCES transfers ON DELETE CASCADE,
		network TEXT NOT NULL,
		host TEXT NOT NULL,
		port INTEGER NOT NULL,
		guid TEXT NOT NULL,
		number INTEGER NOT NULL,         -- the source's own number for the file
		firewalled INTEGER NOT NULL,
		agent TEXT NOT NULL,
		trust TEXT NOT NULL,
		gave INTEGER NOT NULL,
		ordinal INTEGER NOT NULL,
		proxies TEXT,
		PRIMARY KEY (transfer, network, host, port, guid)
	) STRICT, WITHOUT ROWID;
	INSERT INTO sources_of_networks SELECT transfer, 'gnutella', host, port, guid, number, firewalled, agent, trust,
		gave, ordinal, proxies FROM sources;
	DROP TABLE sources;
	ALTER TABLE sources_of_networks RENAME TO sources;
	`,
	// What eDonkey knows a shared file by: 16 bytes; 16 bytes a part where there are several; 20 bytes.
	`
	ALTER TABLE files ADD COLUMN ed2k BLOB;
	ALTER TABLE files ADD COLUMN ed2k_parts BLOB;
	ALTER TABLE files ADD COLUMN aich BLOB;
	`,
	// Downloads by ed2k hash (hex), proven by the hashes of eDonkey's parts (16 bytes each).
	`
	ALTER TABLE transfers ADD COLUMN ed2k TEXT;
	ALTER TABLE trees ADD COLUMN kind TEXT NOT NULL DEFAULT 'tiger'; -- tiger, ed2k
	`,
	// What eDonkey users have given and got, by user hash (hex) and the public key that proved it.
	`
	CREATE TABLE edonkey_credits (
		user TEXT PRIMARY KEY,
		key BLOB NOT NULL,
		bound INTEGER NOT NULL,          -- proven with its address signed
		received INTEGER NOT NULL,       -- bytes
		sent INTEGER NOT NULL,
		seen INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX edonkey_credits_by_seen ON edonkey_credits (seen);
	`,
	// Leaves of a shared file's AICH tree, 20 bytes each; the root (hex) that a download's link has named.
	`
	ALTER TABLE files ADD COLUMN aich_blocks BLOB;
	ALTER TABLE transfers ADD COLUMN aich TEXT;
	`,
	// What FastTrack knows a shared file by (20 bytes), and a download (hex).
	`
	ALTER TABLE files ADD COLUMN fthash BLOB;
	ALTER TABLE transfers ADD COLUMN fthash TEXT;
	`,
	// The tree of kzhash: root and hashes of slices of a shared file (16 bytes each); kzhash (hex) of a download.
	`
	ALTER TABLE files ADD COLUMN kztree BLOB;
	ALTER TABLE files ADD COLUMN kz_slices BLOB;
	ALTER TABLE transfers ADD COLUMN kzhash TEXT;
	`,
];

/** Brings the database to the newest step; each step happens whole or not at all. */
export function migrate(database: DatabaseSync): void {
	const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
	if (row.user_version > steps.length) {
		throw new Error(
			`The store was written by a newer Sallyport (step ${row.user_version}, this one knows ${steps.length}). ` +
				'Start that version, or name another --home.',
		);
	}
	for (let step = row.user_version; step < steps.length; step++) {
		database.exec(`BEGIN; ${steps[step]}; PRAGMA user_version = ${step + 1}; COMMIT`);
	}
}
