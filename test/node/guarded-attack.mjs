/**
 * What a decoder that was taken over would do, from within the node: loaded by NODE_OPTIONS=--import. Its orders are in
 * the variable SALLYPORT_TEST_ATTACK: the files, the ports, and where the results go.
 */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';

// The guard itself has the same variable: only the node's own process is meant.
if (process.argv.join(' ').includes('--guarded off')) {
	const { secret, victim, tcp, udp, results } = JSON.parse(process.env.SALLYPORT_TEST_ATTACK);
	const attempts = {
		read: () => readFileSync(secret, 'utf8'),
		'read by way of /proc': () => readFileSync(`/proc/self/root${secret}`, 'utf8'),
		write: () => appendFileSync(victim, 'x') ?? 'written',
		shell: () => execFileSync('/bin/sh', ['-c', `cat ${secret}`], { encoding: 'utf8' }),
		environment: () => process.env.CLOUD_KEY ?? Promise.reject({ code: 'ENOENT' }),
		'environment of its parent': () => readFileSync(`/proc/${process.ppid}/environ`).length > 0 && 'read',
		tcp: () => dial(tcp),
		udp: () => send(udp),
	};
	const outcome = {};
	for (const [name, attempt] of Object.entries(attempts)) {
		try {
			outcome[name] = String(await attempt());
		} catch (error) {
			outcome[name] = `failed: ${error.code}`;
		}
	}
	writeFileSync(results, JSON.stringify(outcome));
}

function dial(port) {
	return new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1', () => socket.destroy() && resolve('connected'));
		socket.once('error', reject);
	});
}

function send(port) {
	return new Promise((resolve, reject) => {
		const socket = createSocket('udp4');
		socket.send('x', port, '127.0.0.1', (error) => {
			socket.close();
			error ? reject(error) : resolve('sent');
		});
	});
}
