export const pageNames = ['search', 'transfers', 'library', 'network', 'settings'] as const;
export type PageName = (typeof pageNames)[number];
