import { toCedarRequest } from '../../lib/access/cedar/entities.ts';
import { openCedarPolicy } from '../../lib/access/cedar/policy.ts';
import type { AccessRequest } from '../../lib/access/policy.ts';
import type { GrantRequest } from '../../lib/grant/authorization-server.ts';
import { DOCUMENT, FakeWorld, ISSUER } from './fake-ports.ts';
import { cedar, policiesOf } from './policies.ts';

const SCOPES = ['a', 'b', 'c'];
const AUDIENCES = ['https://one.example', 'https://two.example'];
const ROLES = ['ci', 'ops'];
const REQUESTS = 12;

/** What a run found. */
export interface FuzzResult {
  readonly sets: number;
  readonly vended: number;
  readonly denied: number;
  /** Requests about which the flow and a fresh engine differ. */
  readonly differences: readonly string[];
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Compares the flow with a fresh Cedar engine on random policies, documents, requests and servers:
 * what is vended must be permitted in the form that was finally granted, and what is denied must be
 * denied in one of the forms that policy was asked about.
 *
 * @param more whether to go on after a number of policy sets
 */
export async function fuzzPolicy(
  seed: number,
  more: (sets: number) => boolean,
): Promise<FuzzResult> {
  const result = { sets: 0, vended: 0, denied: 0, differences: [] as string[] };
  for (; more(result.sets); result.sets += 1) {
    const scene = new Scene(randomOf(seed + result.sets));
    for (let turn = 0; turn < REQUESTS; turn += 1) {
      const outcome = await scene.request();
      if (outcome.kind === 'vended') result.vended += 1;
      if (outcome.kind === 'denied') result.denied += 1;
      if (!outcome.agrees) result.differences.push(`seed ${seed + result.sets}: ${outcome.text}`);
    }
  }
  return result;
}

/** One policy set, one credential and its server, with several requests. */
class Scene {
  readonly #random: () => number;
  readonly #world = new FakeWorld();
  readonly #lines: string[];
  #document: { scope?: string; default_scope?: string; audience?: string[] } = {};
  #version = 0;
  /** What was requested of the server for each token, and what the token states. */
  readonly #minted = new Map<string, { grant: GrantRequest; stated: Stated }>();

  constructor(random: () => number) {
    this.#random = random;
    this.#lines = this.#policies();
    const set = { schema: '', policies: policiesOf(this.#lines.join('\n')), version: 'fuzz' };
    const policy = openCedarPolicy(cedar, set);
    this.#world.policy.decide = policy.decide;
    this.#rotate();
    this.#world.server.token = () => this.#issue();
  }

  async request() {
    if (this.#random() < 0.2) this.#rotate();
    const [role, scope, audience] = [this.#one(ROLES), this.#orNone(SCOPES), this.#some(AUDIENCES)];
    const form = {
      ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
      ...(this.#random() < 0.5 || audience[0] === undefined ? {} : { audience: audience[0] }),
    };
    const asked = { scope, audience: form.audience === undefined ? [] : [form.audience] };
    const { status, json } = await this.#world.vend(form, role);
    const text = JSON.stringify({ role, form, document: this.#document, policies: this.#lines });
    if (status === 200) {
      const granted = this.#granted(String(json['access_token']));
      const agrees = this.#permits(role, granted) && this.#permits(role, asked);
      return { kind: 'vended', agrees, text: `vended ${JSON.stringify(granted)} ${text}` } as const;
    }
    if (json['code'] !== 'policy_denied') return { kind: 'other', agrees: true, text } as const;
    const forms = [asked, this.#filled(asked), ...this.#last()];
    const agrees = !forms.every((one) => this.#permits(role, one));
    return { kind: 'denied', agrees, text: `denied ${text}` } as const;
  }

  // Stateless, so nothing is parsed or kept before this decision.
  #permits(role: string, targets: Asked): boolean {
    const caller = this.#callerOf(role);
    const context = { ...targets, resource: [], minTtl: 0, sourceIp: '192.0.2.7' };
    const request: AccessRequest = {
      caller,
      action: 'vendToken',
      credential: { team: 'checkout', name: 'orders-api' },
      context: { ...context, now: this.#world.clock.now() },
    };
    const staticPolicies = Object.fromEntries(this.#lines.map((line, n) => [`p${n}`, line]));
    const result = cedar.isAuthorized({ ...toCedarRequest(request), policies: { staticPolicies } });
    if (result.type === 'failure') return false;
    const { decision, diagnostics } = result.response;
    return decision === 'allow' && diagnostics.errors.length === 0;
  }

  #callerOf(name: string): AccessRequest['caller'] {
    const account = '111122223333';
    return {
      partition: 'aws',
      kind: 'role',
      name,
      sessionName: 'run-1',
      principalArn: `arn:aws:iam::${account}:role/${name}`,
      accountId: account,
      arn: `arn:aws:sts::${account}:assumed-role/${name}/run-1`,
      userId: 'AROAEXAMPLE:run-1',
      accessKeyId: 'LOCALKEY',
      organizationId: 'o-localexample',
    };
  }

  #granted(accessToken: string): Asked {
    const { grant, stated } = this.#minted.get(accessToken) as {
      grant: GrantRequest;
      stated: Stated;
    };
    const unknown = stated.scope === undefined && !stated.isJwt && grant.scope.length === 0;
    const any = this.#document.scope?.split(' ') ?? ['a scope that nobody listed'];
    const none = stated.isJwt && grant.scope.length === 0 ? [] : grant.scope;
    return {
      scope: unknown ? any : (stated.scope ?? none),
      audience: stated.audience ?? grant.audience,
    };
  }

  /** The grant of the token that was minted last. */
  #last(): Asked[] {
    return [...this.#minted.keys()].map((token) => this.#granted(token));
  }

  #filled({ scope, audience }: Asked): Asked {
    const first = this.#document.audience?.[0];
    return {
      scope: scope.length > 0 ? scope : (this.#document.default_scope?.split(' ') ?? []),
      audience: audience.length > 0 || first === undefined ? audience : [first],
    };
  }

  /** A new version of the document. */
  #rotate(): void {
    const { default_scope: _, scope: __, audience: ___, resource: ____, ...rest } = DOCUMENT;
    const [scope, standard] = [SCOPES.join(' '), this.#orNone(SCOPES)];
    this.#document = {
      ...(this.#random() < 0.7 ? { scope } : {}),
      ...(standard.length === 0 ? {} : { default_scope: standard.join(' ') }),
      ...(this.#random() < 0.7 ? { audience: AUDIENCES } : {}),
    };
    this.#version += 1;
    const document = { ...rest, ...this.#document, epoch: this.#version };
    this.#world.store.put('checkout/orders-api', document, `v${this.#version}`);
    this.#world.clock.skip(61_000);
    this.#minted.clear();
  }

  #issue() {
    const grant = this.#world.server.lastGrant as GrantRequest;
    const isJwt = this.#random() < 0.5;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const name = `canary-${this.#version}-${this.#world.server.tokenRequests}`;
    const access_token = isJwt ? `${part({ alg: 'RS256' })}.${part({})}.${name}` : name;
    const isNarrower = this.#random() < 0.3;
    const scope =
      this.#random() < 0.5 ? undefined : isNarrower ? grant.scope.slice(1) : this.#some(SCOPES);
    const wider = this.#random() < 0.3 ? AUDIENCES : grant.audience;
    const audience = isJwt ? [...wider] : undefined;
    if (isJwt) {
      const exp = this.#world.clock.now() / 1000 + 3_600;
      const aud = { aud: audience };
      this.#world.verifier.result = { valid: true, claims: { iss: ISSUER, exp, ...aud } };
    }
    const stated = { isJwt, scope, audience: audience?.length === 0 ? undefined : audience };
    this.#minted.set(access_token, { grant, stated });
    return { access_token, expires_in: 3_600, scope: scope?.join(' ') };
  }

  #policies(): string[] {
    const count = 1 + Math.floor(this.#random() * 5);
    return Array.from({ length: count }, (_, n) => {
      const effect = n === 0 || this.#random() < 0.6 ? 'permit' : 'forbid';
      const roles = ROLES.map(
        (role) => `principal == Role::"arn:aws:iam::111122223333:role/${role}"`,
      );
      const principal = this.#one(['principal', 'principal', ...roles]);
      const conditions = Array.from({ length: Math.floor(this.#random() * 3) }, () =>
        this.#condition(),
      );
      return `@id("p${n}") ${effect} (${principal}, action, resource) ${conditions.join(' ')};`;
    });
  }

  #condition(): string {
    const [name, values] = this.#random() < 0.6 ? ['scope', SCOPES] : ['audience', AUDIENCES];
    const list = JSON.stringify(this.#some(values as string[]));
    const one = JSON.stringify(this.#one(values as string[]));
    const test = this.#one([
      `${list}.containsAll(context.${name})`,
      `context.${name}.contains(${one})`,
      `context.${name}.containsAny(${list})`,
      `context.${name}.isEmpty()`,
    ]);
    return `${this.#one(['when', 'unless'])} { ${test} }`;
  }

  #one<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T;
  }

  // None is where defaults and the server decide.
  #orNone(values: readonly string[]): string[] {
    return this.#random() < 0.4 ? [] : this.#some(values);
  }

  #some(values: readonly string[]): string[] {
    return values.filter(() => this.#random() < 0.5);
  }
}

interface Asked {
  readonly scope: readonly string[];
  readonly audience: readonly string[];
}

interface Stated {
  readonly isJwt: boolean;
  /** `undefined` if nobody states it. */
  readonly scope: readonly string[] | undefined;
  readonly audience: readonly string[] | undefined;
}
