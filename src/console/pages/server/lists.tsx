/** What was refused, who is banned and who is here. */
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Ban, ServerView } from '../../../node/api/server-schemas.ts';
import { desk } from '../../desk.ts';
import { number } from '../../format.ts';
import { Section } from '../../parts/facts.tsx';
import panels from '../../parts/panels.module.css';
import { sentence } from '../../run.ts';
import { words } from '../../words.ts';
import css from './server.module.css';

const { server: say } = words;
const list = `${panels.table} ${panels.framed} ${css.list}`;

export function Refused({ view: { refused } }: { view: ServerView }) {
	return (
		<Section title={say.refused}>
			{refused.length === 0 && <p className={panels.hint}>{say.refusedNone}</p>}
			{refused.length > 0 && (
				<table className={list}>
					<thead>
						<tr>
							<th scope="col">{say.refusedColumns.what}</th>
							<th scope="col" data-figure>
								{say.refusedColumns.times}
							</th>
						</tr>
					</thead>
					<tbody>
						{refused.map(({ code, short, sentence: why, count }) => (
							<tr key={code}>
								<th scope="row">
									<strong>{short}</strong>
									<small>{why}</small>
								</th>
								<td data-figure>{number(count)}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</Section>
	);
}

const hour = 3600;
const spans = { hour, day: 24 * hour, month: 30 * 24 * hour, good: undefined } as const;
type Span = keyof typeof spans;

/** Answers what was wrong, in a sentence. */
async function ban(host: string, span: Span): Promise<string | undefined> {
	const seconds = spans[span];
	const body: Ban = seconds === undefined ? { host } : { host, seconds };
	try {
		await desk.call('POST', 'server/bans', body);
	} catch (problem) {
		return sentence(problem);
	}
	desk.say(say.banned(host));
	return undefined;
}

export function Bans({ view: { bans } }: { view: ServerView }) {
	const unban = (host: string) =>
		void desk
			.call('DELETE', `server/bans/${encodeURIComponent(host)}`)
			.catch((problem: unknown) => desk.say(sentence(problem)));
	return (
		<Section title={say.bans}>
			<p className={panels.hint}>{say.bansText}</p>
			<BanForm />
			{bans.length === 0 && <p className={panels.hint}>{say.bansNone}</p>}
			{bans.length > 0 && (
				<table className={list} aria-label={say.bans}>
					<tbody>
						{bans.map(({ host, until }) => (
							<tr key={host}>
								<th scope="row">{host}</th>
								<td>{until === null ? say.forGood : say.until(until)}</td>
								<td data-figure>
									<Button
										size="xs"
										variant="default"
										aria-label={say.unbanOf(host)}
										onClick={() => unban(host)}
									>
										{say.unban}
									</Button>
								</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</Section>
	);
}

function BanForm() {
	const [host, setHost] = useState('');
	const [span, setSpan] = useState<Span>('day');
	const [error, setError] = useState<string>();
	const send = async (event: FormEvent) => {
		event.preventDefault();
		const problem = await ban(host.trim(), span);
		setError(problem);
		if (problem === undefined) setHost('');
	};
	return (
		<form className={css.ban} onSubmit={(event) => void send(event)}>
			<TextInput
				aria-label={say.banHost}
				placeholder={say.banHint}
				value={host}
				error={error}
				errorProps={{ role: 'alert' }}
				onChange={(event) => setHost(event.currentTarget.value)}
				required
			/>
			<select
				className={panels.choose}
				aria-label={say.banFor}
				value={span}
				onChange={(event) => setSpan(event.currentTarget.value as Span)}
			>
				{Object.entries(say.spans).map(([value, label]) => (
					<option key={value} value={value}>
						{label}
					</option>
				))}
			</select>
			<Button type="submit" variant="default">
				{say.ban}
			</Button>
		</form>
	);
}

export function Clients({ view: { clients, figures }, now }: { view: ServerView; now: number }) {
	const { clientColumns: columns } = say;
	const all = figures['users'] ?? 0;
	const count = <span className={panels.hint}>{say.clientsMore(clients.length, all)}</span>;
	const banned = async (host: string) => {
		const problem = await ban(host, 'day');
		if (problem !== undefined) desk.say(problem);
	};
	return (
		<Section title={say.clients} aside={all > clients.length ? count : undefined}>
			{clients.length === 0 && <p className={panels.hint}>{say.clientsNone}</p>}
			{clients.length > 0 && (
				<table className={list}>
					<thead>
						<tr>
							<th scope="col">{columns.address}</th>
							<th scope="col">{columns.id}</th>
							<th scope="col" data-figure>
								{columns.files}
							</th>
							<th scope="col" data-figure data-wide>
								{columns.since}
							</th>
							<th scope="col">
								<span className="only-read-aloud">{columns.actions}</span>
							</th>
						</tr>
					</thead>
					<tbody>
						{clients.map(({ host, port, id, files, since }) => (
							<tr key={`${host} ${port} ${since}`}>
								<th scope="row">
									{host.includes(':') ? `[${host}]` : host}:{port}
								</th>
								<td>{say.ids[id]}</td>
								<td data-figure>{number(files)}</td>
								<td data-figure data-wide>
									{say.hereFor((now - since) / 1000)}
								</td>
								<td data-figure>
									<Button
										size="xs"
										variant="default"
										aria-label={say.banOf(host)}
										title={say.banOf(host)}
										onClick={() => void banned(host)}
									>
										{say.ban}
									</Button>
								</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</Section>
	);
}
