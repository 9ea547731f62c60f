/**
 * Archives made by other programs (tar, bzip2 1.0.8, xz 5.4, 7-Zip 26.02), of one folder: d/a.txt, d/b.c, and
 * a Windows program that is called d/song.mp3.
 */
const fixture = (text: string): Buffer => Buffer.from(text, 'base64');

export const tarBzip2 = fixture(
	'QlpoOTFBWSZTWaTgCvMAANZ/5cuQAEBIAf+FggJBOX7n3kBAAAIAAACAEACIMACtISkI01B6JoGIAA0yDRo0MBoDQAAaaDQDQBoC' +
		'qigAAAAADIAA8hq9ys4yYjKq6EFJGKQE04AEEhniXMi4wJXztYRhSjGBeIkCYGTrNJx3JhJ8kocpeRThrxvEEFqBDpTT2kBDmNBU' +
		'+cm32YWxPR1CSQ6IOLwgdAxbe7K6KmFahOXIFVWfXXXfnbY3XneoedvhtvWBf6oCcPspfPZgunyifolSCvX/GDbWIH8XckU4UJCk' +
		'4Arz',
);
export const tarXz = fixture(
	'/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Cf/ALxdADILvBunjDRE4cIHdej848CShJS4cJcIh3a+G0skFa9/soHU/39ZxogcyAWV' +
		'i3Rvx6wJJgIaCDRcDtg6rnXW4IlPNqJK6F3ZMFu3fhpUmejxYHeuQr7wmdeijcXdSDTN3UJZLDp67eB0PY+BeKvTy2LZ1q/lkHrM' +
		'xzZT4v0dLLx0pTNhYl7rwBanRstbNeGlpPogGAh6hQPUUV55bEUhKzu68sBBjLhgGVuvrVgpCE9D4lmXUWuNfi+2omSgAIrGP+hr' +
		'MIvrAAHYAYBQAACk+72BscRn+wIAAAAABFla',
);
/** LZMA2, its list packed with LZMA. */
export const sevenZip = fixture(
	'N3q8ryccAARt1d9PqQAAAAAAAAAhAAAAAAAAADIdOBjgBBgANF0ANBlJ7o3c/siTjDrfZFjF/bCDaJ3JzHCm7eNrpDib9FlJysi+' +
		'+BdBTmT5tgJaVVULU6+rIAAAAIEzB64P0bZyEKCQoHdexUAYn6+zyh9BEgMcnwtH26ToapMPIPG7aKyLZU9kk1yUcN5Ua4sUTPXr' +
		'i1g7065vPRiG426QeJRza7122X/tO4NAMwGzm8sIZa08tj8a4QetaG22VzUUjBvuwGpAFwY8AQltAAcLAQABIwMBAQVdABAAAAyA' +
		'jgoBWzCL2gAA',
);
/** PPMd, its list as it is. */
export const sevenZipPpmd = fixture(
	'N3q8ryccAATPmUk8KQAAAAAAAACOAAAAAAAAAK1PjM8AZ/uDfXAAl+dyfKVasoBGolr7ymbNDk7Vb6Jg32OZAbwoufxNOAAAAAEE' +
		'BgABCSkABwsBAAEjAwQBBQYAAAEADIQZAAgNAwkGEwoBIDA6NmgO2IyHjYrVAAAFBA4BgBkFAAAAAAARNwBkAAAAZAAvAGEALgB0' +
		'AHgAdAAAAGQALwBiAC4AYwAAAGQALwBzAG8AbgBnAC4AbQBwADMAAAAZABUSAQAQgO1BIICkgSCApIEggKSBAAA=',
);
/** Its members encrypted. */
export const sevenZipLocked = fixture(
	'N3q8ryccAASdJXcZ3gAAAAAAAAAiAAAAAAAAAEDYCV7ioKT7qYGqGJHaWQ8ME1yJkj0rwBDNNLsibWsX6/DRsk7k2blsaJfyKTwR' +
		'igmvqxPU6dWJP58WX+vm1A7R4/6/AACBMweuD9Hy+/1Au5RkOzmkeudqI0Xkz8XnKEl/xcTagQVmSc2pyTlWgtpObLgQfmGZpShP' +
		'KtZ+oliY61+Hrr6xIIbAWQUAHR+Bn4o/zeNiukZDJ7l29HiWKKfi+pUrC5bBdzB21XLTBmNVGrmQEOTbGKdkmcEhxpYuAtGdmEuG' +
		'z4AQFRNuD1Oh06QyAg4F64cqMaCykoVZrXAAAAAXBkABCYCeAAcLAQABIwMBAQVdABAAAAyAxgoB4q9syAAA',
);
/** Its list encrypted too. */
export const sevenZipSealed = fixture(
	'N3q8ryccAAQRCfsv4AAAAAAAAAA+AAAAAAAAAN/7tXvo0s9RYqWyGv4pbDG8RDRrLQrhzrXydnKDbpvJoCoqX8t4qdYmjFbjG9uu' +
		'w80PIT1jf8js/OgbhEhz/uWSdC18YT+Jkx0Pk6NTc4hW8ataJVXtv7L54IH93M7bWRy/K+QK5oDRFS6IqMpy0skSVWlPjHh9e5TZ' +
		'nVQk8TBMNN/yLi14tDTnCRUm/9PW1pk92dbj8HMWvXKd3aGAzha4nayPZrgA9fLrfK+Nw0wnBqGIiw5cCzEUe4k6d6v62YoKCc2G' +
		'NjNiP1nCYxQmW15QSFX+07wEKEbqzzfPl+yc5GoG6xcGQAEJgKAABwsBAAIkBvEHARJTDwqPCDUWFCNUbcG9S+OuZgQjAwEBBV0A' +
		'EAAAAQAMgJ+AxgoB4Am55QAA',
);
