/** The kind of a file by the extension of its name, in the words of eDonkey's servers. */
const extensions: Readonly<Record<string, string>> = {
	Audio: 'mp3 ogg oga opus flac wav wma aac m4a mpc ape mid midi ra aif aiff',
	Video: 'avi mpg mpeg mp4 mkv mov wmv ogm ogv webm flv vob divx rm rmvb ts m4v 3gp asf',
	Image: 'jpg jpeg png gif bmp tif tiff webp svg ico psd',
	Doc: 'pdf txt doc docx odt rtf htm html xls xlsx ods ppt pptx odp epub mobi djvu ps tex md chm',
	Arc: 'zip rar 7z gz bz2 xz tar tgz ace arj lzh cab zst',
	Iso: 'iso img bin cue nrg mdf mds ccd',
	Pro: 'exe com msi bat cmd scr jar apk deb rpm dmg',
	EmuleCollection: 'emulecollection',
};

const types = new Map(
	Object.entries(extensions).flatMap(([type, list]) => list.split(' ').map((one) => [one, type] as const)),
);

/** Empty: none that is known. */
export function typeOfName(name: string): string {
	return types.get(/\.([a-z0-9]{1,16})$/i.exec(name)?.[1]?.toLowerCase() ?? '') ?? '';
}
