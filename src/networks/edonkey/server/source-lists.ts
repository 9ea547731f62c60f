/**
 * Who has which file: one record a pair, linked into a list of the file and a list of the client. Everything that a
 * client has goes when it goes.
 */
import { grown } from '../../common/catalogue/postings.ts';

const NONE = 0;
const COMPLETE = 0x8000_0000;

/** A client as the index sees it. */
export interface Publisher {
	/** Its place in the table of clients, below 2^31. */
	readonly place: number;
	/** The first record of its list; 0: none. */
	firstSource: number;
	/** Files that it has. */
	files: number;
}

export class SourceLists {
	#file = new Uint32Array(1024);
	/** With the mark of a complete file. */
	#client = new Uint32Array(1024);
	#nextOfFile = new Uint32Array(1024);
	#previousOfFile = new Uint32Array(1024);
	#nextOfClient = new Uint32Array(1024);
	/** Records that are free name the next in #nextOfClient. Record 0 is nobody's. */
	#free = NONE;
	#next = 1;
	#count = 0;

	get count(): number {
		return this.#count;
	}

	get bytesHeld(): number {
		return this.#file.byteLength * 5;
	}

	/** A new record at the head of both lists. */
	add(file: number, firstOfFile: number, publisher: Publisher, complete: boolean): number {
		let record = this.#free;
		if (record !== NONE) this.#free = this.#nextOfClient[record];
		else {
			record = this.#next++;
			if (record === this.#file.length) this.#grow();
		}
		this.#count++;
		this.#file[record] = file;
		this.#client[record] = complete ? publisher.place + COMPLETE : publisher.place;
		this.#previousOfFile[record] = NONE;
		this.#nextOfFile[record] = firstOfFile;
		if (firstOfFile !== NONE) this.#previousOfFile[firstOfFile] = record;
		this.#nextOfClient[record] = publisher.firstSource;
		publisher.firstSource = record;
		publisher.files++;
		return record;
	}

	/** The record of a pair, looked for in the shorter of the two lists; 0: there is none. */
	find(file: number, firstOfFile: number, sourcesOfFile: number, publisher: Publisher): number {
		if (sourcesOfFile < publisher.files) {
			for (let record = firstOfFile; record !== NONE; record = this.#nextOfFile[record])
				if ((this.#client[record] & ~COMPLETE) === publisher.place) return record;
			return NONE;
		}
		for (let record = publisher.firstSource; record !== NONE; record = this.#nextOfClient[record])
			if (this.#file[record] === file) return record;
		return NONE;
	}

	isComplete(record: number): boolean {
		return this.#client[record] >= COMPLETE;
	}

	setComplete(record: number, complete: boolean): void {
		const place = this.#client[record] & ~COMPLETE;
		this.#client[record] = complete ? place + COMPLETE : place;
	}

	fileOf(record: number): number {
		return this.#file[record];
	}

	clientOf(record: number): number {
		return this.#client[record] & ~COMPLETE;
	}

	nextOfFile(record: number): number {
		return this.#nextOfFile[record];
	}

	nextOfClient(record: number): number {
		return this.#nextOfClient[record];
	}

	/** Takes a record out of its file's list. Answers the list's first, given the first before. */
	leaveFile(record: number, firstOfFile: number): number {
		const previous = this.#previousOfFile[record];
		const next = this.#nextOfFile[record];
		if (next !== NONE) this.#previousOfFile[next] = previous;
		if (previous === NONE) return next;
		this.#nextOfFile[previous] = next;
		return firstOfFile;
	}

	/** The record of a client that goes: it is free now. */
	release(record: number): void {
		this.#nextOfClient[record] = this.#free;
		this.#free = record;
		this.#count--;
	}

	#grow(): void {
		this.#file = grown(this.#file);
		this.#client = grown(this.#client);
		this.#nextOfFile = grown(this.#nextOfFile);
		this.#previousOfFile = grown(this.#previousOfFile);
		this.#nextOfClient = grown(this.#nextOfClient);
	}
}
