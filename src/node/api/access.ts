/**
 * Who may use the API. The rules, in the order in which a request meets them:
 *
 * 1. Host. The name that the browser asked for must be ours: a loopback name or address, or what --api
 *    says. A page of a stranger whose name was pointed at 127.0.0.1 (DNS rebinding) says its own name
 *    and gets 403. An API that is open to others also takes any plain IP address: nobody can point one.
 * 2. Origin. Where it is present it must be this very host. So no other page can send a command.
 * 3. Key, for every route that is not marked as open (server.ts). One of:
 *    - the bearer token of this run, which lies in home/api.json for the command line;
 *    - the cookie. It is signed with a key that the store keeps, so a restart logs nobody out;
 *    - the password, by HTTP Basic, where the API is open to others.
 *    The pages of the console themselves hold no secret and need no key.
 * 4. `/?token=` swaps a one-time token for the cookie. It works once, and leaves the address bar.
 * 5. Wrong keys lock the address for a while (lockout.ts). A locked address may still use a cookie or a
 *    bearer token that is right: nobody guesses 32 bytes, and so nobody locks the owner out.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Lockout } from './lockout.ts';
import { Problem } from './problem.ts';

export interface AccessOptions {
	/** Where the API listens. */
	readonly host: string;
	readonly port: number;
	/** Needed where `host` is not loopback. */
	readonly password: string | undefined;
	readonly now: () => number;
	/** Somebody has come in by a one-time token, which is void from now on. */
	readonly entered?: (() => void) | undefined;
}

const cookieDays = 90;
/** One-time tokens that were given out and not used; the oldest are forgotten. */
const mostTokens = 16;

export class Access {
	readonly #options: AccessOptions;
	readonly #lockout = new Lockout();
	readonly #tokens = new Set<string>();
	readonly #bearer = randomBytes(32).toString('base64url');
	readonly #cookie: string;
	readonly #open: boolean;

	constructor(options: AccessOptions) {
		this.#options = options;
		this.#open = !isLoopback(options.host);
		// Browsers keep cookies by host, not by port: two nodes on one machine need two names.
		this.#cookie = `sallyport-${options.port}`;
	}

	get bearer(): string {
		return this.#bearer;
	}

	/** A token for one visit of `/?token=`. */
	oneTimeToken(): string {
		const token = randomBytes(24).toString('base64url');
		this.#tokens.add(token);
		if (this.#tokens.size > mostTokens) this.#tokens.delete(this.#tokens.values().next().value!);
		return token;
	}

	/** Rules 1 and 2. */
	checkOrigin(request: FastifyRequest): void {
		const { host, origin } = request.headers;
		const name = hostName(host ?? '');
		if (name === undefined || !this.#isOurs(name)) {
			throw new Problem(
				403,
				'host',
				`This node does not go by the name "${(host ?? '').slice(0, 80)}". Use the address that it printed, or set --api HOST:PORT.`,
			);
		}
		if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
			throw new Problem(
				403,
				'origin',
				'Another page may not use this node: the Origin of the request is not this host.',
			);
		}
	}

	/** Rule 3: passes, or throws 401 or 429. */
	checkKey(request: FastifyRequest): void {
		if (this.#hasCookie(request)) return;
		const { authorization } = request.headers;
		if (authorization === undefined) throw this.#unknown();
		if (authorization.startsWith('Bearer ') && same(authorization.slice(7), this.#bearer)) return;
		this.#checkLock(request);
		if (this.#passwordIn(authorization)) return;
		this.#lockout.wrong(request.ip, this.#options.now());
		throw this.#unknown();
	}

	/**
	 * Rule 4, and the password of an open API, for whoever comes to `/`. Answers whether the visitor has
	 * been answered; otherwise the page follows.
	 */
	enter(request: FastifyRequest, reply: FastifyReply): boolean {
		const { token } = request.query as { token?: unknown };
		if (typeof token === 'string') {
			this.#spendToken(request, token);
			this.#giveCookie(reply).redirect('./', 303);
			return true;
		}
		if (!this.#open || this.#hasCookie(request)) return false;
		try {
			this.checkKey(request);
		} catch (error) {
			// Only here, where a person visits: the browser asks for the password.
			if (error instanceof Problem && error.status === 401)
				reply.header('www-authenticate', 'Basic realm="Sallyport"');
			throw error;
		}
		this.#giveCookie(reply);
		return false;
	}

	#spendToken(request: FastifyRequest, token: string): void {
		this.#checkLock(request);
		const known = [...this.#tokens].find((one) => same(one, token));
		if (known !== undefined) {
			this.#tokens.delete(known);
			this.#options.entered?.();
			return;
		}
		if (this.#hasCookie(request)) return; // the page was opened again from the history: it is in already
		this.#lockout.wrong(request.ip, this.#options.now());
		throw new Problem(
			403,
			'token',
			'This address was used already, or is of an earlier run. Start Sallyport again, and open the address that it prints.',
		);
	}

	#giveCookie(reply: FastifyReply): FastifyReply {
		return reply.setCookie(this.#cookie, `1.${this.#options.now()}`, {
			httpOnly: true,
			sameSite: 'strict',
			signed: true,
			path: '/',
			maxAge: cookieDays * 86_400,
		});
	}

	#hasCookie(request: FastifyRequest): boolean {
		const cookie = request.cookies[this.#cookie];
		if (cookie === undefined) return false;
		const { valid, value } = request.unsignCookie(cookie);
		const found = /^1\.(\d{1,15})$/.exec(valid ? value : '');
		return found !== null && this.#options.now() - Number(found[1]) < cookieDays * 86_400_000;
	}

	#passwordIn(authorization: string): boolean {
		const { password } = this.#options;
		if (password === undefined || !authorization.startsWith('Basic ')) return false;
		const said = Buffer.from(authorization.slice(6), 'base64').toString();
		return same(said.slice(said.indexOf(':') + 1), password);
	}

	#checkLock(request: FastifyRequest): void {
		const seconds = this.#lockout.locked(request.ip, this.#options.now());
		if (seconds > 0) {
			throw new Problem(429, 'locked', `Too many wrong keys from ${request.ip}. Try again in ${seconds} s.`);
		}
	}

	#unknown(): Problem {
		return new Problem(
			401,
			'key',
			'This needs a key: the cookie of the console, the bearer token in api.json of the home directory' +
				`${this.#open ? ', or the password' : ''}.`,
		);
	}

	#isOurs(name: string): boolean {
		if (name === this.#options.host.toLowerCase() || isLoopback(name)) return true;
		return this.#open && isIP(name) !== 0;
	}
}

/** localhost, 127.0.0.0/8 and ::1. */
export function isLoopback(name: string): boolean {
	return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** The name in a Host header, without port and brackets, in lower case. */
function hostName(header: string): string | undefined {
	const found = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(header.toLowerCase());
	return found?.[1] ?? found?.[2];
}

/** Compares in a time that tells nothing about the secret but its length. */
function same(said: string, secret: string): boolean {
	const [one, other] = [Buffer.from(said), Buffer.from(secret)];
	return one.length === other.length && timingSafeEqual(one, other);
}
