/**
 * One HTML page of results that opens without a network and can be cited: every measure as a plot (bars with the
 * 95 % interval, as inline SVG) and as a table; scenario, seed, version and digest beside it. No script.
 */
import { type LabResult, rowsOf } from './result.ts';

interface Bar {
	readonly label: string;
	readonly value: number;
	readonly spread: number;
}

const WIDTH = 760;
const LABELS = 260;
const LINE = 22;

export function reportOf(results: readonly LabResult[], version: string): string {
	const scenario = results[0]?.scenario ?? 'nothing';
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sallyport lab: ${escaped(scenario)}</title>
<style>${STYLE}</style></head><body>
<h1>${escaped(scenario)}</h1>
<p>Measured with Sallyport ${escaped(version)}, <code>sallyport lab</code>. Bars are means over all plays; the thin line is
the interval in which the true mean lies with 95 %.</p>
${results.some(({ partial }) => partial) ? '<p class="partial">Partial: it was interrupted, and rows or plays are missing.</p>' : ''}
${plots(results)}
<h2>How to repeat it</h2>
${results.map(provenance).join('\n')}
</body></html>
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
	return Object.entries(result.settings)
		.filter(([name, value]) => results.some(({ settings }) => settings[name] !== value))
		.map(([name, value]) => `${name} ${value}`)
		.join(', ');
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
	return `<h2>${escaped(spaced(name))}</h2>
<svg viewBox="0 0 ${WIDTH} ${bars.length * LINE + 8}" role="img" aria-label="${escaped(spaced(name))}">${lines.join('')}</svg>`;
}

function provenance(result: LabResult): string {
	const { scenario, randomSeed, nodes, topology, settings, runs, digest, partial } = result;
	const facts = Object.entries({ scenario, 'random seed': randomSeed, nodes, topology, runs, ...settings });
	return `<table><tbody>${facts
		.map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(String(value))}</td></tr>`)
		.join(
			'',
		)}<tr><th>digest</th><td><code>${digest}</code>${partial ? ' (partial)' : ''}</td></tr></tbody></table>`;
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
table{border-collapse:collapse;margin:.5rem 0 1.5rem}th{text-align:left;font-weight:600;padding-right:1.5rem}
.partial{color:#9c2f12;font-weight:600}
@media(prefers-color-scheme:dark){body{background:#14191f;color:#dfe6ec}text{fill:#dfe6ec}rect{fill:#5aa9c6}}`;
