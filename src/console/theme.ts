/**
 * Weathered copper on limestone. Mantine's own blue fails contrast, so the primary colour is ours; every
 * pair of text and ground that is used has at least 4.5:1, which the page tests check in both themes.
 */
import {
	type CSSVariablesResolver,
	createTheme,
	Drawer,
	defaultVariantColorsResolver,
	type MantineColorsTuple,
	Modal,
	type VariantColorsResolver,
} from '@mantine/core';

const copper: MantineColorsTuple = [
	'#e9f4f2',
	'#d2e8e4',
	'#a9d5ce',
	'#7cc4b9',
	'#50aa9d',
	'#35988a',
	'#1e8477',
	'#157064',
	'#0f5f57',
	'#0a4a44',
];

const stone: MantineColorsTuple = [
	'#faf8f5',
	'#f5f3ee',
	'#ebe8e1',
	'#dfdbd2',
	'#cdc8bd',
	'#aaa59a',
	'#6f6c65',
	'#5a5853',
	'#3f3e3b',
	'#25262a',
];

const dusk: MantineColorsTuple = [
	'#e8e6e1',
	'#cfcdc8',
	'#adb0b6',
	'#9297a0',
	'#3a3f48',
	'#2c3038',
	'#20242a',
	'#15171b',
	'#111316',
	'#0c0e10',
];

const sans =
	'Inter, "SF Pro Text", -apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", system-ui, sans-serif';

/** Mantine chooses the text on a filled button once for both themes; ours follows the theme. */
const coloursOf: VariantColorsResolver = (input) => {
	const colours = defaultVariantColorsResolver(input);
	const primary = input.color === undefined || input.color === input.theme.primaryColor;
	return input.variant === 'filled' && primary ? { ...colours, color: 'var(--on-copper)' } : colours;
};

const overlayProps = { color: '#101214', backgroundOpacity: 0.38 };

export const theme = createTheme({
	primaryColor: 'copper',
	primaryShade: { light: 8, dark: 3 },
	variantColorResolver: coloursOf,
	colors: { copper, gray: stone, dark: dusk },
	black: '#25262a',
	fontFamily: sans,
	fontFamilyMonospace:
		'ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace',
	defaultRadius: 'md',
	radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '18px' },
	cursorType: 'pointer',
	respectReducedMotion: true,
	components: {
		Modal: Modal.extend({ defaultProps: { overlayProps, centered: false, radius: 'lg' } }),
		Drawer: Drawer.extend({ defaultProps: { overlayProps } }),
	},
});

export const variables: CSSVariablesResolver = () => ({
	variables: {},
	light: {
		'--mantine-color-body': '#f5f3ee',
		'--mantine-color-text': '#25262a',
		'--mantine-color-dimmed': '#5f5d57',
		'--mantine-color-placeholder': '#6a6862',
		'--mantine-color-default': '#ffffff',
		'--mantine-color-default-border': '#d6d1c6',
		'--mantine-color-error': '#a3261f',
	},
	dark: {
		'--mantine-color-body': '#15171b',
		'--mantine-color-text': '#e8e6e1',
		'--mantine-color-dimmed': '#a9acb3',
		'--mantine-color-placeholder': '#9297a0',
		'--mantine-color-default': '#1c1f24',
		'--mantine-color-default-border': '#363b43',
		'--mantine-color-error': '#f19a92',
	},
});
