/**
 * Builds the page into dist/console. Every address in it is relative, so that it also works beneath
 * a path of a reverse proxy; pages are told apart by the hash, so that any static server will do.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { licences } from '../../scripts/licences.ts';

export default defineConfig({
	root: import.meta.dirname,
	base: './',
	plugins: [react(), licences()],
	build: {
		outDir: '../../dist/console',
		emptyOutDir: true,
		target: 'es2023',
		assetsInlineLimit: 0,
		// React and Mantine in one chunk; its budget is in test/console/bundle.test.ts.
		chunkSizeWarningLimit: 700,
		modulePreload: { polyfill: false },
	},
	server: { proxy: { '/api': 'http://127.0.0.1:4680' } },
});
