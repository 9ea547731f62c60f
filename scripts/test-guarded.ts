/**
 * `npm run test:guarded [-- FILES...]`: the node's own tests behind the guard, under the profile of a guarded node. A
 * node that a test opens in its own process then has the same walls as one that `sallyport node --guarded` starts. What
 * the tests need besides is added here: this clone to be read, and this machine to be reached.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'sallyport-guarded-'));
const policy = join(folder, 'policy.yaml');
const home = join(folder, 'home');
mkdirSync(home);
const reads = [
	'bin',
	'src',
	'test',
	'fuzz',
	'docs',
	'scripts',
	'package.json',
	'tsconfig.json',
	'vitest.config.ts',
];
writeFileSync(
	policy,
	`name: node-tests
uses: [sallyport-node]
files:
  - read: [${reads.map((name) => join(root, name)).join(', ')}]
  - exec: ${join(root, 'node_modules')}
  - create: ${home}
network:
  - out: loopback
  - in: any
    because: a node has here what --listen and --api say, and tests say all addresses too
programs:
  - run: /usr/bin/mkfifo
    because: a test makes a pipe to be shared
`,
);
const words = process.argv.slice(2);
const files = words.length > 0 ? words : ['test/node'];
const vitest = [
	join(root, 'node_modules/vitest/vitest.mjs'),
	'run',
	'--configLoader',
	'runner',
	'--cache=false',
];
const { status } = spawnSync(
	process.execPath,
	[
		join(root, 'bin/sallyport.js'),
		'guard',
		'run',
		'--policy',
		policy,
		'--',
		process.execPath,
		...vitest,
		...files,
	],
	{ stdio: 'inherit', cwd: root, env: { ...process.env, HOME: home } },
);
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
