/**
 * One HTML page of results that opens without a network and can be cited: every measure as a plot (bars with the
 * 95 % interval, as inline SVG) and as a table; scenario, seed, version and digest beside it. No script.
 */
import { settingsOf } from './experiment.ts';
import { type LabResult, rowsOf } from './result.ts';
import { scenarioOf } from './scenarios.ts';

interface Bar {
	readonly label: string;
	readonly value: number;
	readonly spread: number;
}

const WIDTH = 760;
const LABELS = 260;
const LINE = 22;

export function reportOf(results: readonly LabResult[], version: string): string {
	const name = results[0]?.scenario ?? 'nothing';
	const about = scenarioOf(name)?.about;
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sallyport lab: ${escaped(name)}</title>
<style>${STYLE}</style></head><body><main>
<h1>${escaped(name)}</h1>
${about === undefined ? '' : `<p class="about">${escaped(about.charAt(0).toUpperCase() + about.slice(1))}.</p>`}
${results.some(({ partial }) => partial) ? '<p class="partial">Partial: it was interrupted, and rows or plays are missing.</p>' : ''}
${provenance(results, version)}
<h2>Plots</h2>
<p>Bars are means over all plays; the thin line is the interval in which the true mean lies with 95 % (Student's t).</p>
${plots(results)}
${tables(results)}
</main></body></html>
`;
}

function plots(results: readonly LabResult[]): string {
	const bars = new Map<string, Bar[]>();
	for (const result of results) {
		const spread = rowsOf(result.confidence);
		for (const [row, measures] of Object.entries(rowsOf(result.measures)))
			for (const [name, value] of Object.entries(measures)) {
				const label = [differing(result, results), row].filter((part) => part !== '').join(' · ');
				const list = bars.get(name) ?? [];
				list.push({ label, value, spread: spread[row]?.[name] ?? 0 });
				bars.set(name, list);
			}
	}
	return [...bars].map(([name, list]) => plot(name, list)).join('\n');
}

/** The settings of a result that are not the same in all of them: what a sweep varies. */
function differing(result: LabResult, results: readonly LabResult[]): string {
	return varied(results)
		.map((name) => `${name} ${result.settings[name] ?? 'none'}`)
		.join(', ');
}

function varied(results: readonly LabResult[]): string[] {
	const names = [...new Set(results.flatMap(({ settings }) => Object.keys(settings)))];
	return names.filter((name) => results.some(({ settings }) => settings[name] !== results[0].settings[name]));
}

function plot(name: string, bars: readonly Bar[]): string {
	const most = Math.max(...bars.map(({ value, spread }) => value + spread), 0);
	const room = WIDTH - LABELS - 110;
	const x = (value: number): string =>
		(LABELS + (most === 0 ? 0 : (Math.max(0, value) / most) * room)).toFixed(1);
	const lines = bars.map(({ label, value, spread }, at) => {
		const y = at * LINE + 4;
		const middle = y + 8;
		const whisker =
			spread === 0
				? ''
				: `<line x1="${x(value - spread)}" x2="${x(value + spread)}" y1="${middle}" y2="${middle}"/>`;
		return `<text x="${LABELS - 8}" y="${y + 12}" class="label">${escaped(label)}</text><rect x="${LABELS}" y="${y}" width="${(Number(x(value)) - LABELS).toFixed(1)}" height="16"/>${whisker}<text x="${Number(x(value + spread)) + 6}" y="${y + 12}">${figure(value)}</text>`;
	});
	const words = escaped(spaced(name));
	return `<figure><figcaption>${words}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${bars.length * LINE + 8}" role="img" aria-label="${words}, a bar for each row. The table has the same.">${lines.join('')}</svg></figure>`;
}

/** What is to be cited, and how to have it again. */
function provenance(results: readonly LabResult[], version: string): string {
	const [first] = results;
	if (first === undefined) return '';
	const { scenario, randomSeed, nodes, topology, runs, settings } = first;
	const various = varied(results);
	const same = Object.entries(settings).filter(([name]) => name !== 'runs' && !various.includes(name));
	const facts = Object.entries({
		...{ version: `Sallyport ${version}`, scenario, 'random seed': randomSeed, nodes },
		...{ topology, 'plays a row': runs, ...Object.fromEntries(same) },
	});
	const digests = results.map((result) => {
		const label = differing(result, results);
		const mark = result.partial ? ' (partial)' : '';
		return `<tr><th scope="row">${escaped(label === '' ? 'digest' : `digest, ${label}`)}</th><td><code>${result.digest}</code>${mark}</td></tr>`;
	});
	const rows = facts.map(
		([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(String(value))}</td></tr>`,
	);
	return `<h2>To cite and to repeat</h2>
<table><tbody>${rows.join('')}${digests.join('')}</tbody></table>
<p>Whoever has this version and gives the same command gets the same digest: <code>${escaped(commandOf(results))}</code></p>`;
}

/** What was said differently from the presets. Files are named as they were. */
function commandOf(results: readonly LabResult[]): string {
	const [{ scenario: name, randomSeed, nodes, settings, topology }] = results;
	const scenario = scenarioOf(name);
	const presets = scenario === undefined ? {} : settingsOf(scenario);
	const isLoaded = settings['topology'] !== undefined && settings['topology'] !== topology;
	const isListed = typeof settings['sessions'] === 'string';
	const various = varied(results);
	const set = Object.keys(settings).filter(
		(one) =>
			!(one === 'topology' && isLoaded) &&
			!(one === 'sessions' && isListed) &&
			(various.includes(one) || presets[one]?.preset !== settings[one]),
	);
	const values = (one: string) => [...new Set(results.map(({ settings: of }) => of[one]))].join(',');
	return [
		`sallyport lab ${results.length > 1 ? 'sweep' : 'run'} ${name}`,
		...(isLoaded
			? [`--topology ${quoted(topology)}`]
			: scenario?.nodes === nodes
				? []
				: [`--nodes ${nodes}`]),
		...(isListed ? ['--sessions FILE'] : []),
		...(randomSeed === 1 ? [] : [`--random-seed ${randomSeed}`]),
		...set.map((one) => `--set ${one}=${values(one)}`),
	].join(' ');
}

/** The name of a file comes from outside, and the command is for a shell. */
function quoted(text: string): string {
	return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** All figures, a line a row, as they are in the plots. */
function tables(results: readonly LabResult[]): string {
	const names = [
		...new Set(results.flatMap((result) => Object.values(rowsOf(result.measures)).flatMap(Object.keys))),
	];
	const lines = results.flatMap((result) => {
		const spread = rowsOf(result.confidence);
		return Object.entries(rowsOf(result.measures)).map(([row, measures]) => {
			const label = [differing(result, results), row].filter((part) => part !== '').join(' · ');
			const cells = names.map((name) => {
				const value = measures[name];
				const half = spread[row]?.[name] ?? 0;
				return `<td>${value === undefined ? '' : figure(value)}${half === 0 ? '' : ` ± ${figure(half)}`}</td>`;
			});
			return `<tr><th scope="row">${escaped(label === '' ? 'all' : label)}</th>${cells.join('')}</tr>`;
		});
	});
	return `<h2>The same as a table</h2>
<div class="wide" tabindex="0" role="region" aria-label="The same as a table"><table><thead><tr><td></td>${names.map((name) => `<th scope="col">${escaped(spaced(name))}</th>`).join('')}</tr></thead><tbody>
${lines.join('\n')}
</tbody></table></div>`;
}

function figure(value: number): string {
	if (Number.isInteger(value)) return String(value);
	return value >= 1000 ? value.toFixed(0) : value.toPrecision(4);
}

function spaced(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:800px;margin:2rem auto;padding:0 1rem;color:#1c2530;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}svg{width:100%;height:auto;font-size:12px}
rect{fill:#27647b}line{stroke:#b4531f;stroke-width:2}text{fill:#1c2530}text.label{text-anchor:end}
figure{margin:0}figcaption{font-weight:600;margin:1.2rem 0 .3rem}code{overflow-wrap:anywhere}.wide{overflow-x:auto}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}th{text-align:left;font-weight:600;padding-right:1.5rem;vertical-align:top}
.wide td,.wide th{padding:.15rem .8rem .15rem 0;border-bottom:1px solid #8884}.wide td{text-align:right;white-space:nowrap}.wide thead th{text-align:right}
@media print{body{margin:0;max-width:none}figure,tr{break-inside:avoid}h2,figcaption{break-after:avoid}.wide{font-size:9px;overflow:visible}.wide td{white-space:normal}}
.partial{color:#9c2f12;font-weight:600}.about{font-size:1.05rem}
@media(prefers-color-scheme:dark){body{background:#14191f;color:#dfe6ec}text{fill:#dfe6ec}rect{fill:#5aa9c6}}`;
