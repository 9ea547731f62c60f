/**
 * Things of the shape of programs: the headers are right and the bodies are empty, so that nothing of
 * this runs or does anything. Each by the extension that belongs to it.
 */
import { gzipSync } from 'node:zlib';
import { zip } from './archives.ts';
import { be16, be32, cat, le16, le32, type Part, padded, utf8, wide, zeros } from './build.ts';
import { compound, type Entry, oldOffice, ooxml, openDocument } from './office.ts';
import type { Chance } from './random.ts';

export interface Shape {
	readonly kind: string;
	readonly extension: string;
	readonly code: string;
	readonly bytes: Uint8Array;
}

/** A DOS header that leads to `signature`, and no sections. */
export function windowsProgram(signature = 'PE\0\0', extra: Uint8Array = zeros(0)): Buffer {
	const header = cat('MZ', le16(0x90), le16(3), le16(0), le16(4), zeros(50), le32(128));
	const stub = cat(header, zeros(128 - header.length));
	return cat(stub, signature, le16(0x14c), le16(0), zeros(12), le16(0xe0), le16(0x102), zeros(224), extra);
}

function machineCode(chance: Chance): Shape[] {
	const code = 'defence.executable.program';
	const shape = (kind: string, extension: string, ...bytes: readonly Part[]): Shape => ({
		kind,
		extension,
		code,
		bytes: cat(...bytes),
	});
	const elf = (width: number, order: number): Buffer =>
		cat('\x7fELF', [width, order, 1, 0], zeros(8), le16(2), le16(3), zeros(200));
	const inner = zip([{ name: 'one.txt', bytes: chance.words(3) }]);
	return [
		shape('pe', 'exe', windowsProgram()),
		shape('pe library', 'dll', windowsProgram('PE\0\0', chance.bytes(200))),
		shape('pe screen saver', 'scr', windowsProgram('PE\0\0', chance.bytes(900))),
		shape('ne', 'exe', windowsProgram('NE')),
		shape('dos', 'exe', 'MZ', le16(100), le16(4), le16(0), le16(4), zeros(30), chance.bytes(600)),
		shape('pif', 'pif', '\0x', 'PROGRAM'.padEnd(30), chance.bytes(400)),
		shape('com', 'com', '\xcd\x20', chance.bytes(300)),
		shape('self-extractor zip', 'exe', windowsProgram('PE\0\0', inner)),
		shape('self-extractor nsis', 'exe', windowsProgram('PE\0\0', cat('Nullsoft.NSIS.exehead', zeros(200)))),
		shape('self-extractor rar', 'exe', windowsProgram('PE\0\0', cat('Rar!\x1a\x07\0', zeros(200)))),
		shape('elf32', 'elf', elf(1, 1)),
		shape('elf64', 'so', elf(2, 1)),
		shape('elf big', 'run', elf(1, 2)),
		shape('appimage', 'appimage', '\x7fELF', [2, 1, 1, 0], 'AI\x02', zeros(200)),
		shape('mach-o 32', 'dylib', be32(0xfeedface), zeros(100)),
		shape('mach-o 64', 'dylib', be32(0xcffaedfe), zeros(100)),
		shape('mach-o fat', 'dylib', be32(0xcafebabe), be32(2), zeros(100)),
		shape('java class', 'class', be32(0xcafebabe), be16(0), be16(chance.between(45, 65)), zeros(50)),
		shape('dex', 'dex', 'dex\n035\0', zeros(120)),
		shape(
			'pe behind junk',
			'bin',
			chance.bytes(chance.between(1, 3000)).map((byte) => byte | 0x80),
			windowsProgram(),
		),
	];
}

function scripts(chance: Chance): Shape[] {
	const code = 'defence.executable.script';
	const shape = (kind: string, extension: string, bytes: string | Uint8Array): Shape => ({
		kind,
		extension,
		code,
		bytes: typeof bytes === 'string' ? utf8(bytes) : bytes,
	});
	const note = chance.words(3);
	const load = zip([{ name: 'one.txt', bytes: note }]);
	return [
		shape('shell script', 'sh', `#!/bin/sh\n# ${note}\nexit 0\n`),
		shape('env script', 'command', `#! /usr/bin/env bash\n: ${note}\n`),
		shape(
			'shell self-extractor',
			'run',
			cat('#!/bin/sh\n# This script was generated using Makeself\nexit 0\n', gzipSync(note)),
		),
		shape('python self-extractor', 'py', cat('#!/usr/bin/env python3\n', load)),
		shape('batch file', 'bat', `@echo off\r\nrem ${note}\r\n`),
		shape('command file', 'cmd', `rem ${note}\r\n@ECHO OFF\r\n`),
		shape('powershell', 'ps1', `# ${note}\nparam([string]$a)\n`),
		shape('powershell loader', 'ps1', `$a = IEX (New-Object Net.WebClient) # ${note}\n`),
		shape('vbscript', 'vbs', `' ${note}\r\nOption Explicit\r\n`),
		shape('vbscript object', 'vbe', `Set a = CreateObject("WScript.Shell") ' ${note}\r\n`),
		shape('jscript', 'js', `var a = new ActiveXObject("Scripting.Dictionary"); // ${note}\n`),
		shape('encoded script', 'jse', `#@~^AAAAAA==${note}==^#~@\0`),
		shape('windows script', 'wsf', `<job id="a"><!-- ${note} --></job>\n`),
		shape('scriptlet', 'sct', `<?xml version="1.0"?>\n<scriptlet><!-- ${note} --></scriptlet>\n`),
		shape(
			'html application',
			'hta',
			`<html><head><hta:application id="a"/></head><body>${note}</body></html>`,
		),
		shape('registry file', 'reg', `Windows Registry Editor Version 5.00\r\n\r\n; ${note}\r\n`),
		shape(
			'registry file wide',
			'reg',
			cat([0xff, 0xfe], wide(`Windows Registry Editor Version 5.00\r\n\r\n; ${note}\r\n`)),
		),
		shape('old registry file', 'reg', `REGEDIT4\r\n\r\n; ${note}\r\n`),
		shape('apple script', 'scpt', cat('FasdUAS 1.101.10', chance.bytes(90))),
	];
}

function shortcuts(chance: Chance): Shape[] {
	const code = 'defence.executable.shortcut';
	const shape = (kind: string, extension: string, bytes: string | Uint8Array): Shape => ({
		kind,
		extension,
		code,
		bytes: typeof bytes === 'string' ? utf8(bytes) : bytes,
	});
	const link = cat(
		[0x4c, 0, 0, 0, 1, 0x14, 2, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46],
		le32(0x9b),
		zeros(52),
		chance.bytes(40),
	);
	return [
		shape('windows shortcut', 'lnk', link),
		shape('internet shortcut', 'url', '[InternetShortcut]\r\nURL=http://www.example.org/\r\n'),
		shape(
			'desktop launcher',
			'desktop',
			`# ${chance.words(2)}\n[Desktop Entry]\nType=Application\nExec=true\n`,
		),
		shape('explorer command', 'scf', '[Shell]\r\nCommand=2\r\nIconFile=\\\\host.example.org\\a\\b.ico\r\n'),
		shape('web start', 'jnlp', '<?xml version="1.0"?>\n<jnlp spec="1.0+"></jnlp>\n'),
		shape(
			'library',
			'library-ms',
			'<?xml version="1.0"?>\n<libraryDescription xmlns="http://schemas.microsoft.com/windows/2009/library"></libraryDescription>',
		),
		shape(
			'web location',
			'webloc',
			'<?xml version="1.0"?>\n<plist version="1.0"><dict><key>URL</key><string>http://www.example.org/</string></dict></plist>',
		),
	];
}

function packages(chance: Chance): Shape[] {
	const code = 'defence.executable.package';
	const shape = (kind: string, extension: string, bytes: Uint8Array): Shape => ({
		kind,
		extension,
		code,
		bytes,
	});
	const klass = cat(be32(0xcafebabe), be32(52), zeros(20));
	const bundle = (...names: string[]): Buffer =>
		zip(names.map((name) => ({ name, bytes: name.endsWith('.class') ? klass : chance.words(3) })));
	const installer = cat([0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46]);
	return [
		shape(
			'msi',
			'msi',
			compound(
				[
					['Root Entry', 5, installer],
					['\u4840\u3f3f', 2],
				],
				chance.bytes(900),
			),
		),
		shape(
			'deb',
			'deb',
			cat(
				'!<arch>\n',
				'debian-binary   1055000000  0     0     100644  4         `\n2.0\n',
				chance.bytes(90),
			),
		),
		shape('rpm', 'rpm', cat([0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0], zeros(88), chance.bytes(90))),
		shape('macos package', 'pkg', cat('xar!', be16(28), be16(1), zeros(20), chance.bytes(200))),
		shape('disk image', 'dmg', cat(chance.bytes(2000), padded(cat('koly', be32(4), be32(512)), 512))),
		shape('browser extension', 'crx', cat('Cr24', le32(3), le32(0), bundle('manifest.json'))),
		shape(
			'symbian package',
			'sis',
			cat(le32(0x10000a11), le32(0x10003a12), le32(0x10000419), chance.bytes(200)),
		),
		shape('jar', 'jar', bundle('META-INF/MANIFEST.MF', 'org/example/Main.class')),
		shape('apk', 'apk', bundle('AndroidManifest.xml', 'classes.dex')),
		shape('ios package', 'ipa', bundle('Payload/One.app/Info.plist')),
		shape('windows package', 'msix', bundle('AppxManifest.xml', 'a.bin')),
		shape('python archive', 'pyz', bundle('__main__.py')),
		shape('firefox extension', 'xpi', bundle('install.rdf', 'chrome.manifest')),
	];
}

function macros(chance: Chance): Shape[] {
	const code = 'defence.executable.macros';
	const project = { name: '', bytes: chance.bytes(300) };
	const vba: readonly Entry[] = [
		['Macros', 1],
		['VBA', 1],
		['_VBA_PROJECT', 2],
	];
	return [
		{ kind: 'doc with macros', extension: 'doc', code, bytes: oldOffice(chance, 'doc', vba) },
		{
			kind: 'xls with macros',
			extension: 'xls',
			code,
			bytes: oldOffice(chance, 'xls', [
				['_VBA_PROJECT_CUR', 1],
				['VBA', 1],
			]),
		},
		{
			kind: 'docm',
			extension: 'docm',
			code,
			bytes: ooxml(chance, 'docx', [{ ...project, name: 'word/vbaProject.bin' }]),
		},
		{
			kind: 'xlsx with macros',
			extension: 'xlsx',
			code,
			bytes: ooxml(chance, 'xlsx', [{ ...project, name: 'xl/vbaProject.bin' }]),
		},
		{
			kind: 'xlsm with macro sheet',
			extension: 'xlsm',
			code,
			bytes: ooxml(chance, 'xlsx', [{ ...project, name: 'xl/macrosheets/sheet1.xml' }]),
		},
		{
			kind: 'pptm',
			extension: 'pptm',
			code,
			bytes: ooxml(chance, 'pptx', [{ ...project, name: 'ppt/vbaProject.bin' }]),
		},
		{
			kind: 'odt with basic',
			extension: 'odt',
			code,
			bytes: openDocument(chance, 'text', [{ ...project, name: 'Basic/Standard/Module1.xml' }]),
		},
	];
}

export function programShapes(chance: Chance): Shape[] {
	return [
		...machineCode(chance),
		...scripts(chance),
		...shortcuts(chance),
		...packages(chance),
		...macros(chance),
	];
}
