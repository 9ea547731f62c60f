import css from './parts.module.css';

interface Choice<Value extends string> {
	readonly value: Value;
	readonly label: string;
	readonly count?: number | undefined;
}

interface TabsProps<Value extends string> {
	label: string;
	value: Value;
	choices: readonly Choice<Value>[];
	onChange(value: Value): void;
}

/** A choice of one: views of a page, or states to filter by. Toggle buttons, not tabs with panels. */
export function Choices<Value extends string>({ label, value, choices, onChange }: TabsProps<Value>) {
	return (
		// biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
		<div className={css.choices} role="group" aria-label={label}>
			{choices.map((choice) => (
				<button
					key={choice.value}
					type="button"
					className={css.choice}
					aria-pressed={choice.value === value}
					onClick={() => onChange(choice.value)}
				>
					{choice.label}
					{choice.count !== undefined && <small data-figure>{choice.count}</small>}
				</button>
			))}
		</div>
	);
}
