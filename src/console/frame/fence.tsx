import { Button, Code } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { PageHead } from '../parts/facts.tsx';
import { QuietLink } from '../parts/quiet.tsx';
import { sentence } from '../run.ts';
import { Empty } from '../table/states.tsx';
import { words } from '../words.ts';
import css from './frame.module.css';

interface FenceProps {
	/** What is inside. */
	title: string;
	children: ReactNode;
	/** There is nothing outside. */
	whole?: boolean;
}

interface Broken {
	broken: { by: unknown } | undefined;
}

/**
 * What throws while it is drawn, or could not be loaded, is told in its place; without this React takes away the whole page,
 * and the window is white. Whatever is outside goes on. With each change of the address it is tried again.
 */
export class Fence extends Component<FenceProps, Broken> {
	override state: Broken = { broken: undefined };

	static getDerivedStateFromError(by: unknown): Broken {
		return { broken: { by } };
	}

	override componentDidMount(): void {
		addEventListener('hashchange', this.#again);
	}

	override componentWillUnmount(): void {
		removeEventListener('hashchange', this.#again);
	}

	readonly #again = (): void => {
		if (this.state.broken !== undefined) this.setState({ broken: undefined });
	};

	override render(): ReactNode {
		const { broken } = this.state;
		if (broken === undefined) return this.props.children;
		const { whole = false } = this.props;
		const told = (
			<div role="alert">
				<PageHead title={this.props.title} />
				<Empty title={words.broken.title} text={words.broken.text}>
					<Button variant="default" onClick={() => location.reload()}>
						{words.broken.again}
					</Button>
					<QuietLink to="/settings">{words.broken.elsewhere}</QuietLink>
				</Empty>
				<Code block>{sentence(broken.by)}</Code>
			</div>
		);
		return whole ? <main className={css.locked}>{told}</main> : told;
	}
}
