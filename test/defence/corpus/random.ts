/** Chance from a seed, so that every run of the corpus is the same. */
export class Chance {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** Below `limit`. Mulberry32. */
	int(limit: number): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = this.#state;
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
	}

	between(least: number, most: number): number {
		return least + this.int(most - least + 1);
	}

	pick<T>(list: readonly T[]): T {
		return list[this.int(list.length)]!;
	}

	bytes(length: number): Buffer {
		const bytes = Buffer.alloc(length);
		for (let i = 0; i < length; i++) bytes[i] = this.int(256);
		return bytes;
	}

	words(count: number): string {
		return Array.from({ length: count }, () => this.pick(WORDS)).join(' ');
	}

	/** Sentences in one of several languages, with the words that make recognisers nervous. */
	prose(sentences: number): string {
		return Array.from({ length: sentences }, () => this.pick(SENTENCES)).join(this.pick([' ', '\n', '\n\n']));
	}
}

const WORDS = (
	'river stone summer garden letter window quiet morning music travel history table market paper silver winter ' +
	'bread forest bridge journey light evening school camera island station coffee report chapter project sample ' +
	'recipe family concert lesson ocean mountain village teacher number colour script program execute shell macro'
).split(' ');

const SENTENCES = [
	'The committee met on Tuesday and adopted the report without a vote.',
	'To install, run setup.exe and follow the instructions; on Linux use sudo apt install example.',
	'An attacker could write <script>alert(1)</script> into the field, so the page escapes it.',
	'MZ are the initials of Mark Zbikowski, and begin every DOS program.',
	'See http://www.example.org/ or write to info@example.org for details.',
	'Im Garten blühen die Rosen; äußerst schön, fand Jürgen.',
	'Le château de ma mère est à côté de la forêt.',
	'Вчера вечером мы долго гуляли по набережной.',
	'今日は天気がいいので、散歩に行きましょう。',
	'Η θάλασσα ήταν ήρεμη και ο ουρανός γαλανός.',
	'هذا كتاب قديم عن تاريخ المدينة.',
	'השיר הזה נכתב לפני שנים רבות.',
	'PowerShell users may call Get-ChildItem; the old @echo off trick is for batch files.',
	'#!/bin/sh is called a shebang; it belongs to the first line of a script.',
	'The PDF standard has /OpenAction and /JavaScript, and most files need neither.',
	'"WScript.Shell" is an object of the Windows Script Host, said the teacher.',
	'Price: 12.50 EUR; quantity: 3; total: 37.50 EUR.',
	'e = mc^2, and 2 + 2 = 4; 100% of the sample agreed.',
];
