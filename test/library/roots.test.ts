import { expect, test } from 'vitest';
import { rootRefusal } from '../../src/library/roots.ts';

const home = '/home/ann';
const own = [`${home}/.local/share/sallyport`];

function refusal(path: string, shared: string[] = []): string | undefined {
	return rootRefusal({ path, userHome: home, own, shared });
}

test.each([
	`${home}/Share`,
	`${home}/Music/free`,
	'/srv/share',
	'/mnt/disk/public',
	'/tmp/x',
	'/media/ann/stick',
])('%s may be shared', (path) => expect(refusal(path)).toBeUndefined());

test.each([
	'/',
	'/etc',
	'/etc/ssl',
	'/usr/share/doc',
	'/var',
	'/var/log/apt',
	'/proc',
	'/dev/shm',
	'/tmp',
	'/home',
])('%s is the system', (path) => expect(refusal(path)).toBe('library.root.system'));

test.each([
	home,
	`${home}/.ssh`,
	`${home}/.config/browser/profile`,
	`${home}/.local`,
	`${home}/.local/share`,
])('%s holds secrets of the user', (path) => expect(refusal(path)).toBe('library.root.home'));

test('a home in an unusual place is protected with everything above it', () => {
	const facts = { userHome: '/data/people/ann', own: [], shared: [] };
	expect(rootRefusal({ ...facts, path: '/data/people' })).toBe('library.root.home');
	expect(rootRefusal({ ...facts, path: '/data' })).toBe('library.root.home');
	expect(rootRefusal({ ...facts, path: '/data/films' })).toBeUndefined();
});

test("of Sallyport's own folder only the downloads may be shared", () => {
	expect(refusal(own[0]!)).toBe('library.root.private');
	expect(refusal(`${own[0]}/incomplete`)).toBe('library.root.private');
	expect(refusal(`${own[0]}/downloads`)).toBeUndefined();
	expect(refusal(`${own[0]}/downloads/films`)).toBeUndefined();
	expect(refusal(`${own[0]}/downloadsX`)).toBe('library.root.private');
});

test('a folder in or around a shared one is refused, the same one and its neighbours are not', () => {
	const shared = ['/srv/share'];
	expect(refusal('/srv/share/talks', shared)).toBe('library.root.nested');
	expect(refusal('/srv/share', shared)).toBeUndefined();
	expect(refusal('/srv/share2', shared)).toBeUndefined();
	expect(refusal('/srv/a', ['/srv/a/b'])).toBe('library.root.nested');
});
