/** `nick password port "program" speed [e-mail]`: types 2 and 6 from the client; type 3 answers. */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { bytesOf } from '../../common/text.ts';
import { ours, protocol } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Fields } from './fields.ts';
import { takeNick } from './nick.ts';

export interface Login {
	readonly nick: string;
	readonly password: string;
	/** Where others dial; 0: nobody can. */
	readonly port: number;
	readonly agent: string;
	/** 0 to 10. */
	readonly speed: number;
}

const malformed = refusal('opennap.message.malformed', 'login');

export function encodeLogin({ nick, password, port, agent, speed }: Login): Uint8Array {
	return bytesOf(`${nick} ${password} ${port} "${agent.replaceAll('"', "'")}" ${speed}`);
}

export function decodeLogin(body: Uint8Array): Login | Refusal {
	const fields = new Fields(body);
	const nick = takeNick(fields);
	if (isRefusal(nick)) return nick;
	const password = fields.text(ours.password);
	const port = fields.number(65_535);
	const agent = fields.text(ours.agent);
	const speed = fields.isEnd ? 0 : fields.number(ours.number);
	if (fields.short || password === '') return malformed;
	return { nick, password, port, agent, speed: Math.min(speed, protocol.speed) };
}
