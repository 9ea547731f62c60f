import { expect, it } from 'vitest';
import { EvidenceLog } from '../../src/node/evidence-log.ts';
import { Store } from '../../src/node/store.ts';

it('evidence is listed newest first, with reasons, and read only where it has grown', () => {
	const store = new Store(':memory:');
	const reason = { code: 'a.b.c', short: 'bad thing', sentence: 'A bad thing.', fault: 'peer' } as const;
	const log = new EvidenceLog(store.evidence, (code) => (code === 'a.b.c' ? reason : undefined));
	for (let n = 0; n < 1200; n++) log.add({ at: n, code: 'a.b.c', subject: `peer ${n}` });
	const first = log.source.rows();
	expect(first).toHaveLength(1200);
	expect(first[0]).toMatchObject({
		at: 1199,
		subject: 'peer 1199',
		short: 'bad thing',
		sentence: 'A bad thing.',
		fault: 'peer',
		count: 1,
	});
	expect(log.source.rows()).toBe(first);
	log.add({ at: 5000, code: 'un.known', subject: 'x' });
	log.add({ at: 5001, code: 'un.known', subject: 'x' });
	const second = log.source.rows();
	expect(second).toHaveLength(1201);
	expect(second[0]).toMatchObject({ short: 'un.known', count: 2 });
	expect(second[1]).toBe(first[0]);
	expect(log.count()).toBe(1201);
});
