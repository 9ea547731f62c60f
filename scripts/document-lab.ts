/**
 * Runs each command that stands on the pages of docs/lab with what it printed, and writes down what it prints now. With
 * `--check` nothing is written: each page that says something else is named, and the exit status is 1. Names of pages
 * choose some. All of them take some six minutes of one core.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'docs/lab');
const check = process.argv.includes('--check');
const wanted = process.argv.slice(2).filter((word) => word !== '--check');
/** Lines of the shell that a page shows before a command: files are made here. */
const place = mkdtempSync(join(tmpdir(), 'document-lab-'));
let differing = 0;

/** A block of commands: what each printed stands below it; where nothing stands, nothing is compared. */
function block(page: string, text: string): string {
	const parts = text.split(/^(?=\$ )/m);
	return parts
		.map((part) => {
			const [command, ...lines] = part.split('\n');
			if (command.startsWith('$ printf ')) spawnSync('sh', ['-c', command.slice(2)], { cwd: place });
			const printed = lines.join('\n');
			if (!command.startsWith('$ sallyport lab run ') || printed.trim() === '') return part;
			const words = command.slice('$ sallyport '.length).split(' ');
			const { stdout, stderr, status } = spawnSync(
				process.execPath,
				[join(root, 'bin/sallyport.js'), ...words],
				{ cwd: place, encoding: 'utf8' },
			);
			if (status !== 0) throw new Error(`${command}: ${stderr}`);
			const isEqual = trimmed(stdout) === trimmed(printed);
			if (!isEqual) differing++;
			console.log(`${isEqual ? 'equal ' : 'DIFFERS'} ${page}: ${command.slice(2)}`);
			return isEqual ? part : `${command}\n${trimmed(stdout)}\n`;
		})
		.join('');
}

function trimmed(text: string): string {
	return text.replaceAll(/[ \t]+$/gm, '').trim();
}

try {
	for (const name of readdirSync(folder).sort()) {
		if (wanted.length > 0 && !wanted.includes(name.replace('.md', ''))) continue;
		const path = join(folder, name);
		const text = readFileSync(path, 'utf8');
		const now = text.replaceAll(/(?<=^```\n)[\s\S]*?(?=^```$)/gm, (one) => block(name, one));
		if (!check && now !== text) writeFileSync(path, now);
	}
} finally {
	rmSync(place, { recursive: true });
}
process.exit(check && differing > 0 ? 1 : 0);
