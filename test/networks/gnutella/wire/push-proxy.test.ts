import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { base32, hex } from '../../../../src/networks/common/hash.ts';
import { readAddresses, writeAddresses } from '../../../../src/networks/gnutella/wire/endpoint.ts';
import { HeaderBlock } from '../../../../src/networks/gnutella/wire/head.ts';
import { decodeHit, encodeHit } from '../../../../src/networks/gnutella/wire/hit.ts';
import { parseRequest } from '../../../../src/networks/gnutella/wire/http.ts';
import {
	encodeProxyRequest,
	parseNode,
	parseProxyTarget,
} from '../../../../src/networks/gnutella/wire/push-proxy.ts';

const address = fc.record({ host: fc.ipV4(), port: fc.integer({ min: 1, max: 65535 }) });
const guid = fc.uint8Array({ minLength: 16, maxLength: 16 });
const index = fc.integer({ min: 0, max: 0xffffffff });

describe('push proxies in a hit (GGEP PUSH)', () => {
	const hit = { address: { host: '1.2.3.4', port: 5 }, speed: 1, records: [], vendor: 'SALP' };

	test('come back', () => {
		fc.assert(
			fc.property(fc.array(address, { maxLength: 4 }), guid, (pushProxies, id) => {
				expect(decodeHit(encodeHit({ ...hit, pushProxies, guid: id }))).toMatchObject({ pushProxies });
			}),
		);
	});

	test('are six bytes each: IPv4 in network order, then the port, low byte first', () => {
		expect([...writeAddresses([{ host: '1.2.3.4', port: 6346 }])]).toEqual([1, 2, 3, 4, 0xca, 0x18]);
		const made = encodeHit({
			...hit,
			pushProxies: [{ host: '1.2.3.4', port: 6346 }],
			guid: new Uint8Array(16),
		});
		const decoded = decodeHit(made);
		expect(isRefusal(decoded) ? undefined : decoded.ggep.get('PUSH')).toHaveLength(6);
	});

	test('that are rubbish are none, and never many', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				const found = readAddresses(bytes, 8);
				expect(found.length).toBeLessThanOrEqual(Math.min(8, Math.floor(bytes.length / 6)));
				for (const { port } of found) expect(port).toBeGreaterThan(0);
			}),
		);
	});
});

describe('a request to a push proxy', () => {
	test('comes back', () => {
		fc.assert(
			fc.property(guid, index, address, address, (id, file, to, own) => {
				const block = new HeaderBlock();
				expect(block.push(encodeProxyRequest({ guid: id, index: file }, to, own, 'test'))).toBe('done');
				const request = parseRequest(block.firstLine ?? '');
				if (isRefusal(request) || request.target.kind !== 'other') throw new Error('not read as a request');
				expect(parseProxyTarget(request.target.path)).toEqual({ guid: id, index: file });
				expect(parseNode(block.headers.get('x-node'))).toEqual(own);
			}),
		);
	});

	test('is read in each of its forms', () => {
		fc.assert(
			fc.property(guid, index, fc.boolean(), (id, file, older) => {
				for (const path of ['/gnet/push-proxy', '/gnutella/push-proxy']) {
					const name = older ? `ServerId=${base32(id)}` : `guid=${hex(id)}`;
					expect(parseProxyTarget(`${path}?${name}`)).toEqual({ guid: id, index: 0 });
					expect(parseProxyTarget(`${path}?file=${file}&${name}`)).toEqual({ guid: id, index: file });
				}
			}),
		);
	});

	test('is a value, a refusal or none of it, whatever comes', () => {
		const query = fc.array(
			fc.oneof(fc.constantFrom('guid=', 'ServerId=', 'file=', '&', '=', '?'), fc.string()),
		);
		fc.assert(
			fc.property(query, fc.string(), (parts, node) => {
				const read = parseProxyTarget(`/gnet/push-proxy?${parts.join('')}`);
				if (read !== undefined && !isRefusal(read)) {
					expect(read.guid).toHaveLength(16);
					expect(read.index).toBeLessThanOrEqual(0xffffffff);
				}
				const own = parseNode(node);
				if (!isRefusal(own)) expect(own.port).toBeGreaterThan(0);
			}),
		);
		expect(parseProxyTarget('/gnet/push-proxyx?guid=')).toBeUndefined();
		expect(parseProxyTarget('/get/1/push-proxy')).toBeUndefined();
	});
});
