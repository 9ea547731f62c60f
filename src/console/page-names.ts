export const pageNames = [
	'search',
	'transfers',
	'library',
	'network',
	'watch',
	'lab',
	'server',
	'settings',
] as const;
export type PageName = (typeof pageNames)[number];
