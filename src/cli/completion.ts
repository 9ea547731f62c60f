/** Completions for shells, made from the command tree. */
import { type Context, UsageError } from './context.ts';
import type { CommandSpec, OptionSpec } from './spec.ts';
import { commands, globalOptions, nameOf, takesValue } from './tree.ts';

/** `sallyport completion bash|zsh|fish` */
export async function run(_context: Context, [shell]: readonly string[]): Promise<number> {
	const script = scripts.get(shell ?? '');
	if (script === undefined) throw new UsageError(`"${shell}" is none of bash, zsh, fish.`);
	process.stdout.write(script());
	return 0;
}

const scripts = new Map([
	['bash', bash],
	['zsh', zsh],
	['fish', fish],
]);

function optionsOf(command: CommandSpec): OptionSpec[] {
	return [...command.options, ...globalOptions];
}

function flag(option: OptionSpec): string {
	return `--${nameOf(option)}`;
}

function bash(): string {
	const cases = commands.map(
		(command) => `\t\t${command.name}) options="${optionsOf(command).map(flag).join(' ')} --help" ;;`,
	);
	const values = new Map(
		[...commands.flatMap(optionsOf)]
			.filter(takesValue)
			.map((option) => [flag(option), `\t\t${flag(option)}) ${bashValues(option)}; return ;;`]),
	);
	return `# bash completion of sallyport
_sallyport() {
	local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command= options=
	local at
	for ((at = 1; at < COMP_CWORD; at++)); do
		case \${COMP_WORDS[at]} in
		${commands.map(({ name }) => name).join('|')}) command=\${COMP_WORDS[at]}; break ;;
		esac
	done
	case $before in
${[...values.values()].join('\n')}
	esac
	case $command in
		'') COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} ${globalOptions.map(flag).join(' ')} --help --version" -- "$word")); return ;;
${cases.join('\n')}
	esac
	if [[ $command == completion ]]; then options="bash zsh fish"; fi
	COMPREPLY=($(compgen -W "$options" -- "$word"))
}
complete -F _sallyport sallyport
`;
}

function bashValues(option: OptionSpec): string {
	if (option.files !== undefined)
		return `COMPREPLY=($(compgen -${option.files === 'folder' ? 'd' : 'f'} -- "$word"))`;
	return `COMPREPLY=($(compgen -W "${option.words?.join(' ') ?? ''}" -- "$word"))`;
}

/** What stands in single quotes in all three shells. */
function quoted(text: string): string {
	return text.replaceAll("'", '’').replaceAll(/[[\]:\\]/g, ' ');
}

function zsh(): string {
	const specs = (options: readonly OptionSpec[]) =>
		options.map((option) => {
			const many = option.separator === undefined ? '' : '*';
			const values =
				option.files === undefined
					? `(${option.words?.join(' ') ?? ''})`
					: option.files === 'folder'
						? '_files -/'
						: '_files';
			return `'${many}${flag(option)}[${quoted(option.about)}]${takesValue(option) ? `:${nameOf(option)}:${values}` : ''}'`;
		});
	const cases = commands.map((command) => {
		const last = command.name === 'completion' ? " '1:shell:(bash zsh fish)'" : '';
		return `\t\t${command.name}) _arguments ${specs(optionsOf(command)).join(' ')}${last} ;;`;
	});
	return `#compdef sallyport
_sallyport() {
	local -a commands
	commands=(${commands.map(({ name, about }) => `'${name}:${quoted(about)}'`).join(' ')})
	_arguments -C ${specs(globalOptions).join(' ')} '1:command:->command' '*::word:->word'
	case $state in
	command) _describe command commands ;;
	word)
		case $words[1] in
${cases.join('\n')}
		esac ;;
	esac
}
compdef _sallyport sallyport
`;
}

function fish(): string {
	const names = commands.map(({ name }) => name).join(' ');
	const line = (condition: string, option: OptionSpec) => {
		const values =
			option.files === undefined
				? ` -f -a '${option.words?.join(' ') ?? ''}'`
				: option.files === 'folder'
					? " -f -a '(__fish_complete_directories)'"
					: ' -F';
		return `complete -c sallyport -n '${condition}' -l ${nameOf(option)} -d '${quoted(option.about)}'${takesValue(option) ? ` -r${values}` : ''}`;
	};
	const lines = commands.flatMap((command) => [
		`complete -c sallyport -f -n 'not __fish_seen_subcommand_from ${names}' -a ${command.name} -d '${quoted(command.about)}'`,
		...command.options.map((option) => line(`__fish_seen_subcommand_from ${command.name}`, option)),
	]);
	lines.push(...globalOptions.map((option) => line('true', option)));
	lines.push("complete -c sallyport -f -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'");
	return `# fish completion of sallyport\n${lines.join('\n')}\n`;
}
