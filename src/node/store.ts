/**
 * What this node keeps over restarts: one SQLite database, a class a group of tables (node/store/).
 *
 * kill -9 at any moment loses nothing that was acknowledged: each change is committed to the
 * write-ahead log before its method returns, and a committed page lies in the kernel, which outlives
 * the process. `synchronous = NORMAL` does not wait for the disk at each commit; a power cut may
 * therefore take the last moments (never the consistency). That is the price we choose: a download
 * records its progress many times a second, and its bytes would not be on the disk either.
 *
 * The home's lock (node/home.ts) is held before a Store is made: nobody else writes.
 */
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { AuditTable } from './store/audit.ts';
import { CreditTable } from './store/credits.ts';
import { EvidenceTable } from './store/evidence.ts';
import { HostTable } from './store/hosts.ts';
import { IdentityTable } from './store/identity.ts';
import { LibraryTables } from './store/library.ts';
import { migrate } from './store/schema.ts';
import { SearchTable } from './store/searches.ts';
import { TransferTables } from './store/transfers.ts';

export class Store {
	readonly identity: IdentityTable;
	readonly hosts: HostTable;
	readonly library: LibraryTables;
	readonly transfers: TransferTables;
	readonly searches: SearchTable;
	readonly evidence: EvidenceTable;
	readonly audit: AuditTable;
	readonly credits: CreditTable;
	readonly #database: DatabaseSync;

	/** `path` is Home.storePath, or ':memory:' in tests. */
	constructor(path: string) {
		const database = new DatabaseSync(path, { timeout: 2000, enableForeignKeyConstraints: true });
		database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
		if (path !== ':memory:') chmodSync(path, 0o600);
		migrate(database);
		this.#database = database;
		this.identity = new IdentityTable(database);
		this.hosts = new HostTable(database);
		this.library = new LibraryTables(database);
		this.transfers = new TransferTables(database);
		this.searches = new SearchTable(database);
		this.evidence = new EvidenceTable(database);
		this.audit = new AuditTable(database);
		this.credits = new CreditTable(database);
	}

	get isOpen(): boolean {
		return this.#database.isOpen;
	}

	close(): void {
		if (!this.#database.isOpen) return;
		this.evidence.flush();
		this.#database.close();
	}
}
