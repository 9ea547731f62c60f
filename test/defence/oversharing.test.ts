import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EntryFacts, Oversharing } from '../../src/defence/oversharing.ts';

const defence = new Oversharing(true);
const entry = (name: string, more: Partial<EntryFacts> = {}) =>
	defence.entry({ name, path: name, kind: 'file', mode: 0o644, ours: true, ...more });

describe('what is private by its name', () => {
	it.each([
		['id_rsa', 'defence.oversharing.key'],
		['id_ed25519', 'defence.oversharing.key'],
		['Database.kdbx', 'defence.oversharing.key'],
		['server.pfx', 'defence.oversharing.key'],
		['putty.PPK', 'defence.oversharing.key'],
		['secring.gpg', 'defence.oversharing.key'],
		['wallet.dat', 'defence.oversharing.wallet'],
		[
			'UTC--2017-01-01T00-00-00.000000000Z--d1ade25ccd3d550a7eb532ac759cac7be09c2719',
			'defence.oversharing.wallet',
		],
		['Outlook.pst', 'defence.oversharing.mail'],
		['message.eml', 'defence.oversharing.mail'],
		['logins.json', 'defence.oversharing.browser'],
		['places.sqlite', 'defence.oversharing.browser'],
		['Login Data', 'defence.oversharing.browser'],
		['~$report.docx', 'defence.oversharing.lock'],
		['.~lock.report.odt#', 'defence.oversharing.lock'],
		['notes.txt.swp', 'defence.oversharing.lock'],
		['NTUSER.DAT', 'defence.oversharing.system'],
		['core.4711', 'defence.oversharing.system'],
		['work.ovpn', 'defence.oversharing.account'],
		['prod.tfstate', 'defence.oversharing.account'],
		['msgstore.db.crypt14', 'defence.oversharing.messages'],
	])('%s', (name, why) => {
		expect(entry(name)).toBe(why);
	});

	it.each([
		['gnupg', 'defence.oversharing.key'],
		['a1b2c3d4.default-release', 'defence.oversharing.browser'],
		['Maildir', 'defence.oversharing.mail'],
		['System Volume Information', 'defence.oversharing.system'],
	])('the folder %s', (name, why) => {
		expect(entry(name, { kind: 'folder' })).toBe(why);
	});

	it.each([
		...[
			'passwords.txt',
			'My secret garden.mp3',
			'keynote.key',
			'The History of Rome.epub',
			'cookies recipe.pdf',
		],
		...[
			'wallet photos.zip',
			'security lecture.ogg',
			'mailman.mp4',
			'core values.pdf',
			'history.txt',
			'id_card.svg',
		],
		...['sam.mp3', 'credentials of a nation.mp4', 'ssh tutorial.pdf', 'rdp slides.pptx', 'ball.ost.mp3'],
	])('not %s, which people share', (name) => {
		expect(entry(name)).toBeUndefined();
	});
});

describe('what is private by who may read it', () => {
	it("is another user's file that he has closed to others, also where root could read it", () => {
		expect(entry('a.txt', { ours: false, mode: 0o600 })).toBe('defence.oversharing.closed');
		expect(entry('a.txt', { ours: false, mode: 0o640 })).toBe('defence.oversharing.closed');
		expect(entry('a.txt', { ours: false, mode: 0o644 })).toBeUndefined();
		expect(entry('a.txt', { ours: true, mode: 0o600 })).toBeUndefined();
	});
});

describe('what is private by its first bytes', () => {
	const content = (text: string) => defence.content(Buffer.from(text, 'latin1'));

	it.each([
		['-----BEGIN RSA PRIVATE KEY-----\n', 'defence.oversharing.key'],
		['-----BEGIN PRIVATE KEY-----\n', 'defence.oversharing.key'],
		['-----BEGIN OPENSSH PRIVATE KEY-----\n', 'defence.oversharing.key'],
		['# my key\n-----BEGIN EC PRIVATE KEY-----\n', 'defence.oversharing.key'],
		['-----BEGIN PGP PRIVATE KEY BLOCK-----\n', 'defence.oversharing.key'],
		['PuTTY-User-Key-File-3: ssh-ed25519\n', 'defence.oversharing.key'],
		['\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5rest', 'defence.oversharing.key'],
		['From alice@example.org Mon Nov 16 09:00:00 2026\nSubject: x', 'defence.oversharing.mail'],
		['SQLite format 3\0....CREATE TABLE moz_cookies (id)', 'defence.oversharing.browser'],
	])('%j', (text, why) => {
		expect(content(text)).toBe(why);
	});

	it.each([
		'-----BEGIN CERTIFICATE-----\n',
		'-----BEGIN PUBLIC KEY-----\n',
		'-----BEGIN PGP MESSAGE-----\n',
		'From here to eternity. A film of 1953.',
		'SQLite format 3\0....CREATE TABLE songs (id)',
		'How to make a key: -----BEGIN RSA PRIVATE KEY----- is its first line',
	])('not %j', (text) => {
		expect(content(text)).toBeUndefined();
	});

	it('any bytes are judged, quickly', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => void defence.content(bytes)));
		expect(content('#\n'.repeat(2000))).toBeUndefined();
	});
});
