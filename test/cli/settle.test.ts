import { describe, expect, it } from 'vitest';
import { settle } from '../../src/cli/settle.ts';
import { commands } from '../../src/cli/tree.ts';

const { options } = commands.find(({ name }) => name === 'node')!;

describe('an option', () => {
	it('is taken from the flag, then the variable, then the file, then the default', () => {
		const layers = [{ scope: 'internet' }, { SALLYPORT_SCOPE: 'lan' }, { scope: 'practice' }] as const;
		expect(settle(options, ...layers)['scope']).toBe('internet');
		expect(settle(options, {}, layers[1], layers[2])['scope']).toBe('lan');
		expect(settle(options, {}, { SALLYPORT_SCOPE: '' }, { scope: 'internet' })['scope']).toBe('internet');
		expect(settle(options, {}, {}, {})['scope']).toBe('practice');
	});

	it('of several words is found from each of them', () => {
		const limit = options.find(({ flags }) => flags.startsWith('--audit-days'))!;
		expect(settle([limit], { auditDays: '7' }, {}, {})['auditDays']).toBe(7);
		expect(settle([limit], {}, { SALLYPORT_AUDIT_DAYS: '8' }, {})['auditDays']).toBe(8);
		expect(settle([limit], {}, {}, { 'audit-days': 9 })['auditDays']).toBe(9);
	});

	it('that may be repeated is a list from each of them', () => {
		expect(settle(options, { share: ['/a', '/b:c'] }, {}, {})['share']).toEqual(['/a', '/b:c']);
		expect(settle(options, {}, { SALLYPORT_SHARE: '/a:/b' }, {})['share']).toEqual(['/a', '/b']);
		expect(settle(options, {}, {}, { share: '/a' })['share']).toEqual(['/a']);
		const peers = [
			{ network: 'gnutella', host: '127.0.0.1', port: 1 },
			{ network: 'gnutella', host: '::1', port: 2 },
		];
		expect(settle(options, { peer: ['gnutella:127.0.0.1:1', 'gnutella:[::1]:2'] }, {}, {})['peer']).toEqual(
			peers,
		);
		expect(
			settle(options, {}, { SALLYPORT_PEER: 'gnutella:127.0.0.1:1,gnutella:[::1]:2' }, {})['peer'],
		).toEqual(peers);
	});

	it('that two commands understand differently is read by the one that runs', () => {
		const get = commands.find(({ name }) => name === 'get')!.options;
		const search = commands.find(({ name }) => name === 'search')!.options;
		expect(settle(get, {}, { SALLYPORT_WAIT: '30' }, {})['wait']).toBe(true);
		expect(settle(search, {}, { SALLYPORT_WAIT: '30' }, {})['wait']).toBe(30);
		expect(settle(get, {}, {}, { wait: true })['wait']).toBe(true);
		expect(() => settle(search, {}, {}, { wait: true })).toThrow(
			'wait in the configuration file: "true" is not a number of seconds.',
		);
		expect(settle(get, {}, { SALLYPORT_API: '127.0.0.1:99' }, {})['api']).toBe('http://127.0.0.1:99');
		expect(settle(options, {}, { SALLYPORT_API: '127.0.0.1:99' }, {})['api']).toEqual({
			host: '127.0.0.1',
			port: 99,
		});
	});
});
