import { useMantineColorScheme } from '@mantine/core';
import { action, type Look } from '../../actions.ts';
import { base } from '../../api.ts';
import { act } from '../../desk.ts';
import { moment } from '../../format.ts';
import { useStatus, useTitle } from '../../hooks.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Choices } from '../../parts/choices.tsx';
import { Facts, PageHead, Section } from '../../parts/facts.tsx';
import { words } from '../../words.ts';
import css from './settings.module.css';

const looks = ['auto', 'light', 'dark'] as const;
const actionOf = { auto: 'autoLook', light: 'lightLook', dark: 'darkLook' } as const;

export function SettingsPage() {
	useTitle(words.pages.settings);
	return (
		<div className={css.page}>
			<PageHead title={words.settings.title} />
			<LookSection />
			<Section title={words.settings.keys}>
				<p>{words.settings.keysText}</p>
				<p className={css.links}>
					<ActionButton id="keys" icon="keyboard" />
					<ActionButton id="palette" icon="command" />
				</p>
			</Section>
			<Section title={words.settings.api}>
				<p>{words.settings.apiText}</p>
				<ul className={css.links}>
					<li>
						<a href={base.href}>{words.settings.apiList}</a>
					</li>
					<li>
						<a href={new URL('openapi.json', base).href}>{words.settings.apiSpec}</a>
					</li>
					<li>
						<a href={new URL('live', base).href}>{words.settings.apiLive}</a>
					</li>
				</ul>
			</Section>
			<About />
		</div>
	);
}

function LookSection() {
	const { colorScheme } = useMantineColorScheme();
	return (
		<Section title={words.settings.look}>
			<div className={css.looks}>
				<Choices<Look>
					label={words.settings.look}
					value={colorScheme}
					choices={looks.map((value) => ({ value, label: words.settings.looks[value] }))}
					onChange={(look) => void act(action(actionOf[look]))}
				/>
			</div>
			<p className={css.hint}>{words.settings.lookText}</p>
		</Section>
	);
}

function About() {
	const status = useStatus();
	const { facts } = words.settings;
	return (
		<Section title={words.settings.about}>
			{status !== undefined && (
				<Facts
					facts={[
						[facts.version, status.version],
						[facts.scope, words.scope[status.scope]],
						[facts.listen, status.listen],
						[facts.started, moment(status.startedAt)],
						[facts.guid, <code key="guid">{status.guid}</code>],
					]}
				/>
			)}
			<p className={css.hint}>{words.settings.scopeText}</p>
			<p className={css.hint}>{words.settings.license}</p>
		</Section>
	);
}
