import { expect, it } from 'vitest';
import { Upload } from '../../src/node/api/schemas.ts';
import { uploadRows } from '../../src/node/transfer-views.ts';

const running = {
	...{ id: 4, name: 'a talk.ogg', peer: '127.0.0.2:6346', agent: 'Test/1' },
	...{ from: 10, to: 20, done: 5, rate: 1, startedAt: 1000 },
};
const waiting = {
	...{
		id: 5,
		address: { host: '127.0.0.3', port: 6346 },
		agent: 'Test/2',
		file: 7,
		since: 2000,
		position: 1,
	},
};

it('an upload that runs and one that waits are rows of one list, each with its state', () => {
	const rows = uploadRows([running], [waiting], (file) => ({ name: `file ${file}`, size: 300 }));
	expect(rows).toEqual([
		{ ...running, state: 'sending' },
		{
			...{ id: 5, state: 'queued', position: 1, name: 'file 7', peer: '127.0.0.3:6346', agent: 'Test/2' },
			...{ from: 0, to: 300, done: 0, rate: 0, startedAt: 2000 },
		},
	]);
	for (const row of rows) expect(Upload.parse(row)).toEqual(row);
});

it('one who waits for a file that is no longer shared has a row without a name', () => {
	expect(uploadRows([], [waiting], () => undefined)).toMatchObject([{ id: 5, name: '', to: 0 }]);
});
