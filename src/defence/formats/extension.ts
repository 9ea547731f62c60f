/**
 * What a name says that a file is: its extension, and what people and systems expect behind it.
 * An extension that is not in these lists promises nothing, so nothing contradicts it.
 */
export type Claim =
	| 'program'
	| 'script'
	| 'shortcut'
	| 'package'
	| 'audio'
	| 'video'
	| 'image'
	| 'document'
	| 'archive'
	| 'font'
	| 'markup'
	| 'playlist'
	| 'text';

/** Loaded or run by a system as machine code. */
const PROGRAM = 'exe scr com pif cpl dll ocx sys drv efi xll elf so dylib class dex prx axf';
/** Run by a double click, by Windows Script Host, PowerShell, a shell or macOS. */
const SCRIPT =
	'bat cmd btm vbs vbe js jse wsf wsh wsc sct ws hta ps1 ps1xml psm1 psc1 msh reg sh bash csh ksh zsh ' +
	'command scpt scptd workflow terminal ahk au3 run pyz pyzw';
/** Small files that make a system open or start something else. */
const SHORTCUT =
	'lnk url desktop webloc website scf appref-ms library-ms search-ms searchconnector-ms ' +
	'settingcontent-ms jnlp application xbap msc job';
/** Brought onto a system by an installer or a runtime. */
const PACKAGE =
	'msi msp mst msix msixbundle appx appxbundle jar apk xapk aab ipa deb rpm pkg mpkg dmg appimage flatpak ' +
	'flatpakref snap xpi crx sis sisx gadget air xap ppam xlam';
const AUDIO =
	'mp3 mp2 mpga ogg oga opus flac wav wave m4a m4b m4r aac ac3 dts aif aiff aifc wma mid midi kar rmi ra amr ' +
	'ape mpc wv au snd caf mka tta voc dsf dff';
const VIDEO =
	'avi mp4 m4v mkv webm wmv asf mpg mpeg mpe m2v mpv vob mov qt flv f4v 3gp 3g2 rm rmvb ogv ogm divx m2ts ' +
	'mxf wtv dvr-ms';
const IMAGE =
	'jpg jpeg jpe jfif png apng gif bmp dib webp tif tiff psd ico cur heic heif avif jp2 j2k jpx jxl pcx tga ' +
	'cr2 cr3 nef arw dng orf rw2 raf xcf wmf emf icns djvu djv';
const DOCUMENT =
	'pdf doc docx dot dotx docm dotm xls xlsx xlt xltx xlsm xltm xlsb ppt pptx pps ppsx pot potx pptm ppsm potm ' +
	'odt ods odp odg odf ott ots otp rtf epub mobi azw azw3 prc fb2 lit chm ps eps ai wps pages numbers key xps oxps';
const ARCHIVE = 'zip rar 7z gz tgz bz2 tbz tbz2 xz txz zst lz lzma tar cab arj ace lzh lha z cbz cbr cb7 iso';
const FONT = 'ttf otf ttc woff woff2 eot';
const MARKUP = 'html htm xhtml xht mht mhtml shtml php asp aspx jsp xml svg svgz xsl xslt rss atom';
const PLAYLIST = 'm3u m3u8 pls asx wax wvx wmx wpl zpl xspf b4s ram smil smi qtl kpl';
const TEXT =
	'txt text log csv tsv md markdown rst nfo diz json yaml yml toml ini cfg conf tex bib srt sub ass ssa vtt ' +
	'c h cc cpp cxx hpp cs java kt go rs swift m py pyw pl pm rb lua r ts tsx jsx mjs cjs css scss less sql ' +
	'awk tcl hs ml lisp el vb bas pas asm s f90 diff patch po ics vcf xpm xbm ppm pgm pbm torrent cue';

const claims = new Map<string, Claim>();
for (const [claim, list] of Object.entries({
	program: PROGRAM,
	script: SCRIPT,
	shortcut: SHORTCUT,
	package: PACKAGE,
	audio: AUDIO,
	video: VIDEO,
	image: IMAGE,
	document: DOCUMENT,
	archive: ARCHIVE,
	font: FONT,
	markup: MARKUP,
	playlist: PLAYLIST,
	text: TEXT,
})) {
	for (const extension of list.split(' ')) claims.set(extension, claim as Claim);
}

const LONGEST = 20;

/** Lower case, without the dot; '' if there is none. Windows drops dots and spaces at the end of a name. */
export function extensionOf(name: string): string {
	const trimmed = withoutTrail(name);
	const dot = trimmed.lastIndexOf('.');
	if (dot < 0 || trimmed.length - dot - 1 > LONGEST) return '';
	return trimmed.slice(dot + 1).toLowerCase();
}

export function withoutTrail(name: string): string {
	let end = name.length;
	while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--;
	return name.slice(0, end);
}

export function claimOf(extension: string): Claim | undefined {
	return claims.get(extension);
}

/** Whether opening such a file starts something. */
export function starts(claim: Claim | undefined): boolean {
	return claim === 'program' || claim === 'script' || claim === 'shortcut' || claim === 'package';
}

/** What people open to see or to hear: nothing of these ever needs to start anything. */
export function shows(claim: Claim | undefined): boolean {
	return claim === 'audio' || claim === 'video' || claim === 'image' || claim === 'document';
}
