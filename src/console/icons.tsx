/** Our own small set: 20 by 20, one stroke, drawn for this page. */
const paths = {
	search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M13 13l4 4',
	transfers: 'M6.5 3v13M3 12.5 6.5 16l3.5-3.5M13.5 17V4M10 7.5 13.5 4 17 7.5',
	library: 'M2.5 5.5h5l2 2h8v9h-15zM2.5 10h15',
	network:
		'M10 6.8v3M10 9.8 6 12.8M10 9.8l4 3M10 2.6a2.1 2.1 0 1 1 0 4.2 2.1 2.1 0 0 1 0-4.2M4.4 12.4a2.1 2.1 0 1 1 0 4.2 2.1 2.1 0 0 1 0-4.2M15.6 12.4a2.1 2.1 0 1 1 0 4.2 2.1 2.1 0 0 1 0-4.2',
	watch:
		'M2 10c2.2-3.6 4.9-5.4 8-5.4s5.8 1.8 8 5.4c-2.2 3.6-4.9 5.4-8 5.4S4.2 13.6 2 10M10 7.4a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2',
	guard:
		'M10 2.5 16.5 5v4.5c0 4-2.7 6.8-6.5 8-3.8-1.2-6.5-4-6.5-8V5zM7.8 12.5V9.2h4.4v3.3zM8.6 9.2V8a1.4 1.4 0 0 1 2.8 0v1.2',
	lab: 'M7.6 3h4.8M8.6 3v5.2l-4.7 7a1.2 1.2 0 0 0 1 1.8h10.2a1.2 1.2 0 0 0 1-1.8l-4.7-7V3M6.4 12.2h7.2',
	server: 'M3.5 4h13v5h-13zM3.5 11h13v5h-13zM6.5 6.5h.01M6.5 13.5h.01M10 6.5h3.5M10 13.5h3.5',
	evidence: 'M10 2.5 16.5 5v4.5c0 4-2.7 6.8-6.5 8-3.8-1.2-6.5-4-6.5-8V5zM7.3 9.8l2 2 3.4-3.8',
	settings: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4M8 12a2 2 0 1 1 0 4 2 2 0 0 1 0-4',
	more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
	close: 'M5 5l10 10M15 5 5 15',
	plus: 'M10 4v12M4 10h12',
	pause: 'M7 4.5v11M13 4.5v11',
	play: 'M6.5 4.2v11.6l9-5.8z',
	retry: 'M16 10a6 6 0 1 1-1.8-4.3M16.2 3v3.4h-3.4',
	stop: 'M5.5 5.5h9v9h-9z',
	trash: 'M3.5 5.5h13M8 5.5V3.5h4v2M5.5 5.5l.8 11h7.4l.8-11M8.5 9v4.5M11.5 9v4.5',
	link: 'M8.5 11.5a3 3 0 0 0 4.3 0l2.9-2.9a3 3 0 0 0-4.3-4.3L10 5.7M11.5 8.5a3 3 0 0 0-4.3 0l-2.9 2.9a3 3 0 0 0 4.3 4.3l1.4-1.4',
	copy: 'M7.5 7.5h9v9h-9zM4.5 12.5h-1v-9h9v1',
	chevron: 'M7.5 5l5 5-5 5',
	check: 'M4.5 10.5l3.5 3.5 7.5-8',
	down: 'M10 3.5v12M5 10.8l5 5 5-5',
	up: 'M10 16.5v-12M5 9.2l5-5 5 5',
	warning: 'M10 3 18 16.5H2zM10 8v4M10 14.3v.01',
	command:
		'M7 7h6v6H7zM7 7H5a2 2 0 1 1 2-2zM13 7h2a2 2 0 1 0-2-2zM7 13H5a2 2 0 1 0 2 2zM13 13h2a2 2 0 1 1-2 2z',
	keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.7h7',
	filter: 'M3 5h14M5.8 10h8.4M8.5 15h3',
	lock: 'M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9',
	history: 'M4 10a6 6 0 1 0 1.8-4.3M3.8 3v3.4h3.4M10 6.8V10l2.3 1.6',
	sun: 'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1',
	moon: 'M16 12A6.7 6.7 0 0 1 8 4a6.5 6.5 0 1 0 8 8z',
	auto: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M10 3v14M12.5 6v8M15 8v4',
	gate: 'M3.5 17V4h2.6v2h2.2V4h3.4v2h2.2V4h2.6v13h-3.9v-4a2.6 2.6 0 0 0-5.2 0v4z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
	return (
		<svg
			width={size}
			height={size}
			viewBox="0 0 20 20"
			fill="none"
			stroke="currentColor"
			strokeWidth={name === 'more' ? 2.6 : 1.6}
			strokeLinecap="round"
			strokeLinejoin="round"
			aria-hidden="true"
			focusable="false"
		>
			<path d={paths[name]} />
		</svg>
	);
}
