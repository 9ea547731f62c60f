/** The opcodes by name. How long a frame of each may be: opcodes.ts. */

/** Between a client and a server, by TCP, protocol byte E3. */
export const ServerMessage = {
	Login: 0x01,
	Reject: 0x05,
	GetServerList: 0x14,
	OfferFiles: 0x15,
	Search: 0x16,
	Disconnect: 0x18,
	GetSources: 0x19,
	CallbackRequest: 0x1c,
	MoreResults: 0x21,
	GetSourcesObfuscated: 0x23,
	ServerList: 0x32,
	SearchResult: 0x33,
	Status: 0x34,
	CallbackRequested: 0x35,
	CallbackFailed: 0x36,
	Text: 0x38,
	IdChange: 0x40,
	Identity: 0x41,
	FoundSources: 0x42,
	FoundSourcesObfuscated: 0x44,
} as const;

/** Between a client and a server, by UDP, protocol byte E3. */
export const ServerDatagram = {
	Search3: 0x90,
	Search2: 0x92,
	GetSources2: 0x94,
	StatusRequest: 0x96,
	Status: 0x97,
	Search: 0x98,
	SearchResult: 0x99,
	GetSources: 0x9a,
	FoundSources: 0x9b,
	ServerListRequest: 0xa0,
	ServerList: 0xa1,
	DescriptionRequest: 0xa2,
	Description: 0xa3,
	ServerListRequest2: 0xa4,
} as const;

/** Between clients, by TCP, protocol byte E3. */
export const ClientMessage = {
	Hello: 0x01,
	SendingPart: 0x46,
	RequestParts: 0x47,
	NoSuchFile: 0x48,
	EndOfDownload: 0x49,
	HelloAnswer: 0x4c,
	SetFile: 0x4f,
	FileStatus: 0x50,
	HashSetRequest: 0x51,
	HashSet: 0x52,
	StartUpload: 0x54,
	AcceptUpload: 0x55,
	CancelTransfer: 0x56,
	OutOfParts: 0x57,
	FileName: 0x58,
	FileNameAnswer: 0x59,
	QueueRank: 0x5c,
} as const;

/** The same, protocol byte C5. */
export const MuleMessage = {
	CompressedPart: 0x40,
	QueueRanking: 0x60,
	RequestSources2: 0x83,
	AnswerSources2: 0x84,
	PublicKey: 0x85,
	Signature: 0x86,
	IdentityState: 0x87,
	MultiPacket: 0x92,
	MultiPacketAnswer: 0x93,
	AichRequest: 0x9b,
	AichAnswer: 0x9c,
	AichRoot: 0x9d,
	AichRootRequest: 0x9e,
	CompressedPart64: 0xa1,
	SendingPart64: 0xa2,
	RequestParts64: 0xa3,
	MultiPacketLarge: 0xa4,
} as const;
