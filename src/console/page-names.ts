export const pageNames = [
	'search',
	'transfers',
	'library',
	'network',
	'watch',
	'guard',
	'lab',
	'server',
	'settings',
] as const;
export type PageName = (typeof pageNames)[number];
