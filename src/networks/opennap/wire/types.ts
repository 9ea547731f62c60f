/**
 * Types of messages between a client and its server, by the names of Napster's protocol description; the arrow says
 * who sends it. Most types go both ways with another meaning each.
 */
export const Type = {
	/** ← what went wrong, for a person. */
	Error: 0,
	/** → nick, password, port for others, program, link speed. */
	Login: 2,
	/** ← e-mail address on file: logged in. */
	LoginAck: 3,
	/** → as Login: the nick is to be registered. */
	NewUser: 6,
	/** → may this nick be registered? ← NickFree, NickTaken, NickInvalid. */
	NickCheck: 7,
	NickFree: 8,
	NickTaken: 9,
	NickInvalid: 10,
	/** → a file: path, MD5, size, bitrate, frequency, seconds. */
	Share: 100,
	/** → path. */
	Unshare: 102,
	/** → everything. */
	UnshareAll: 110,
	/** → conditions. ← Result each, then SearchEnd. */
	Search: 200,
	Result: 201,
	SearchEnd: 202,
	/** → nick and path: this file is wanted. ← DownloadAck, or GetError. */
	Download: 203,
	DownloadAck: 204,
	GetError: 206,
	/** → a nick whose coming and going is to be told; HotlistAtLogin says the same before the login's answer. */
	HotlistAdd: 207,
	HotlistAtLogin: 208,
	/** ← nick and speed; nick. */
	SignOn: 209,
	SignOff: 210,
	/** → nick. ← BrowseFile each, then BrowseEnd. */
	Browse: 211,
	BrowseFile: 212,
	BrowseEnd: 213,
	/** ← users, files, gigabytes. */
	Stats: 214,
	/** → MD5 and size: who has it? ← ResumeSource each, then ResumeEnd. */
	Resume: 215,
	ResumeSource: 216,
	ResumeEnd: 217,
	/** → how many transfers run, said as they begin and end. */
	DownloadBegins: 218,
	DownloadEnds: 219,
	UploadBegins: 220,
	UploadEnds: 221,
	HotlistAck: 301,
	HotlistError: 302,
	HotlistRemove: 303,
	/** → as Download, of somebody who cannot be dialled: he is to dial us. */
	PushRequest: 500,
	/** ← to him: dial this address. */
	PushOrder: 501,
	/** → nick, ← nick and speed. */
	SpeedQuery: 600,
	SpeedAnswer: 601,
	/** → nick. ← what is known of him; Whowas: he is away. */
	Whois: 603,
	WhoisAnswer: 604,
	Whowas: 605,
	/** ← nick and path: somebody wants this file of yours. → UploadAccept or UploadFail. */
	UploadRequest: 607,
	UploadAccept: 608,
	UploadFail: 609,
	/** → he cannot have it now: so many at once. ← the same to who asked. */
	UploadLimit: 619,
	QueueLimit: 620,
	/** ← a line of the message of the day. */
	Motd: 621,
	/** → nick's port does not answer. ← it was said of you. */
	PortError: 626,
	/** ← what goes wrong with one message, for a person. */
	Complaint: 404,
	/** → of ours, changed. */
	ChangeSpeed: 700,
	ChangePassword: 701,
	ChangePort: 703,
	/** → anything. ← the same: a sign of life. */
	Ping: 750,
	/** → a directory's files in one message. */
	ShareDirectory: 870,
	/** → a file that is no MP3: path, size, MD5, content type. */
	ShareMedia: 10300,
} as const;
