/**
 * Threat: oversharing. The talk's users shared C:\ by mistake, and with it keys, letters and passwords. A folder that is
 * shared on purpose holds such things too: an editor's lock file, a backup of a profile, a key that was put there "for
 * a moment".
 *
 * Defence: inside a share, what is private by its nature is left out, by its name, by who may read it, or by its first
 * bytes, and the reason is said. The names are those of programs, not words of people: "passwords.txt" may be a song.
 * Only what leaves no doubt is left out; what is merely surprising is shown before anything is shared (library/preview.ts).
 */
import { Defence } from './defence.ts';

export interface EntryFacts {
	readonly name: string;
	/** Relative to the shared folder, with `/`. */
	readonly path: string;
	readonly kind: 'file' | 'folder';
	/** Permission bits. */
	readonly mode: number;
	/** It belongs to the user that runs this node. */
	readonly ours: boolean;
}

/** Names and folders, in lower case, and the code of the reason. */
const files: readonly (readonly [RegExp, string])[] = [
	[
		/^(id_(rsa|dsa|ecdsa|ed25519)(_sk)?|ssh_host_\w+_key|authorized_keys|known_hosts)$/,
		'defence.oversharing.key',
	],
	[/\.(p12|pfx|ppk|jks|keystore|kdbx?|agilekeychain|opvault|1pif|pgpass|netrc)$/, 'defence.oversharing.key'],
	[/^(secring\.gpg|trustdb\.gpg|pubring\.kbx|private-keys-v1\.d)$/, 'defence.oversharing.key'],
	[/^(wallet\.dat|default_wallet|electrum\.dat|multibit\.wallet)$/, 'defence.oversharing.wallet'],
	[/^utc--\d{4}-\d\d-\d\dt.*--[0-9a-f]{40}$/, 'defence.oversharing.wallet'],
	[/\.(pst|ost|msf|mbx|dbx|nsf|emlx?)$/, 'defence.oversharing.mail'],
	[/^(key[34]\.db|logins(-backup)?\.json|signons\.sqlite|cert[89]\.db)$/, 'defence.oversharing.browser'],
	[/^(places|cookies|formhistory|webappsstore|permissions)\.sqlite$/, 'defence.oversharing.browser'],
	[/^(login data|web data|cookies|history|local state)(-journal)?$/, 'defence.oversharing.browser'],
	[/^(~\$.+|\.~lock\..+#|.+\.(swp|swo))$/, 'defence.oversharing.lock'],
	[
		/^(ntuser\.dat|sam|security|ntds\.dit|shadow|passwd-|hiberfil\.sys|pagefile\.sys)$/,
		'defence.oversharing.system',
	],
	[/\.(ovpn|tfstate|mobileconfig|rdp)$/, 'defence.oversharing.account'],
	[/^(kubeconfig|credentials|wp-config\.php|secrets?\.(ya?ml|json))$/, 'defence.oversharing.account'],
	[/^(msgstore\.db(\.crypt\d+)?|chatstorage\.sqlite|signal\.db)$/, 'defence.oversharing.messages'],
	[/^core(\.\d+)?$/, 'defence.oversharing.system'],
];
const folders: readonly (readonly [RegExp, string])[] = [
	[/^(gnupg|ssh|private-keys-v1\.d|keyrings|keychains)$/, 'defence.oversharing.key'],
	[/^(thunderbird|maildir|mail\.local|evolution)$/, 'defence.oversharing.mail'],
	[/^([a-z0-9]{8}\.default(-\w+)?)$/, 'defence.oversharing.browser'],
	[/^(system volume information|\$recycle\.bin|recycler)$/, 'defence.oversharing.system'],
];
/** What a private thing begins with. */
const heads: readonly (readonly [RegExp, string])[] = [
	[/^(\s*#[^\n]*\n)*\s*-----BEGIN (\w+ ){0,2}PRIVATE KEY( BLOCK)?-----/, 'defence.oversharing.key'],
	[/^PuTTY-User-Key-File-\d/, 'defence.oversharing.key'],
	[/^openssh-key-v1\x00/, 'defence.oversharing.key'],
	[/^\x03\xd9\xa2\x9a[\x65\x66\x67]\xfb\x4b\xb5/, 'defence.oversharing.key'],
	[/^From \S+@\S+ {1,2}(Mon|Tue|Wed|Thu|Fri|Sat|Sun) /, 'defence.oversharing.mail'],
];
/** SQLite: which program's file it is can be read from the names of its tables. */
const SQLITE = 'SQLite format 3\0';
const tables: readonly (readonly [RegExp, string])[] = [
	[/moz_(places|cookies|logins)|CREATE TABLE (logins|cookies)\b/, 'defence.oversharing.browser'],
];

export class Oversharing extends Defence {
	/** The code of the reason to leave it out, by its name and by who may read it. */
	entry({ name, kind, mode, ours }: EntryFacts): string | undefined {
		if (!this.on) return undefined;
		const lower = name.toLowerCase();
		const rules = kind === 'file' ? files : folders;
		const found = rules.find(([pattern]) => pattern.test(lower));
		if (found !== undefined) return this.refuse(found[1]);
		// Whose file it is, he has closed to others. (It can be read here where this node runs as root.)
		if (!ours && (mode & 0o004) === 0) return this.refuse('defence.oversharing.closed');
		return undefined;
	}

	/** The same by its first bytes; 4,096 are enough. */
	content(head: Uint8Array): string | undefined {
		if (!this.on) return undefined;
		const text = latin1(head.subarray(0, 4096));
		const list = text.startsWith(SQLITE) ? tables : heads;
		const found = list.find(([pattern]) => pattern.test(text));
		return found && this.refuse(found[1]);
	}
}

function latin1(bytes: Uint8Array): string {
	let text = '';
	for (let at = 0; at < bytes.length; at += 1024)
		text += String.fromCharCode(...bytes.subarray(at, at + 1024));
	return text;
}
