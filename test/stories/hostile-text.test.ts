import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { auditRecordSchema } from '../../lib/audit/record-schema.ts';
import { openChain, START, verify } from '../support/audit-world.ts';
import { type Behaviour, errorReply, playBehaviour } from '../support/dialects/behaviour.ts';
import { CREDENTIAL, DialectWorld } from '../support/dialects/dialect-world.ts';
import { type ScriptedServer, startScriptedServer } from '../support/dialects/scripted-server.ts';
import { DOCUMENT, ISSUER } from '../support/fake-ports.ts';

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(async () => {
  await server.close();
});

const { audience: _, resource: __, ...PLAIN } = DOCUMENT;

const LONGEST_CLAIM = 2_048;

// What a server would send to break a record, its readers, a terminal or a page.
const TEXTS: readonly [string, string][] = [
  ['a lone surrogate', 'a\ud800b'],
  ['a surrogate at the end', 'a\udbff'],
  ['NUL', 'a\u0000b'],
  ['a line end', 'a\r\nb'],
  ['a terminal escape', '\u001b[2J\u001b]0;owned\u0007'],
  ['a control character of eight bits', 'a\u009b31mb'],
  ['150,000 characters', 'x'.repeat(150_000)],
  ['the name of a prototype', '__proto__'],
];

type Place = readonly [string, (text: string) => Behaviour];
const PLACES: readonly Place[] = [
  ...['jti', 'sub', 'client_id', 'azp', 'aud', 'scope', 'iss'].map(
    (claim): Place => [`the claim ${claim}`, (text) => ({ claims: { [claim]: text } })],
  ),
  ['a list in the claim aud', (text) => ({ claims: { aud: ['orders', text] } })],
  ['a list in the claim scp', (text) => ({ claims: { scope: undefined, scp: [text] } })],
  ['the scope of the response', (text) => ({ response: { scope: `orders:read ${text}` } })],
  ['the token', (text) => ({ response: { access_token: text } })],
  [
    'the path of the token endpoint',
    (text) => ({ metadata: { token_endpoint: `${ISSUER}/${text}` } }),
  ],
  ['the issuer in the metadata', (text) => ({ metadata: { issuer: `${ISSUER}/${text}` } })],
  ['an error code', (text) => ({ token: errorReply(400, text) })],
];

/** Every text in a value, names of members among them. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member)]);
}

/** Texts that not everybody can read, or that are too long. */
function oddTextsIn(value: unknown): string[] {
  const isOdd = (one: string) =>
    !one.isWellFormed() || /\p{Cc}/u.test(one) || one.length > LONGEST_CLAIM;
  return textsIn(value).filter(isOdd);
}

/** Plays the server, then stores what is recorded, and verifies what is stored. */
async function recordsOf(behaviour: Behaviour, document: object = PLAIN) {
  const world = new DialectWorld(server.transport, () => undefined);
  world.store.put(CREDENTIAL, document);
  playBehaviour(server, behaviour, world.clock.now, { tokens: [] });
  const response = await world.vend();
  const { append, store } = openChain();
  for (const event of [START, ...world.audit.events]) await append(event);
  const records = Object.values(store.texts()).map((text) => JSON.parse(text));
  return { response, records, verification: verify(store.objects) };
}

describe.each(PLACES)('a server with hostile text in %s', (_place, behaviour) => {
  it.each(TEXTS)('%s: stores records that everybody can read', async (_name, text) => {
    const { response, records, verification } = await recordsOf(behaviour(text));
    expect([200, 502, 503]).toContain(response.status);
    expect(records.length).toBeGreaterThanOrEqual(3);
    expect(verification).toMatchObject({ unreadable: 0, breaks: [] });
    for (const record of records) expect(v.safeParse(auditRecordSchema, record).success).toBe(true);
    expect(oddTextsIn(records)).toEqual([]);
  });
});

describe.each([
  ...['sub', 'jti', 'iss', 'aud', 'scope', 'client_id', 'azp', 'token_type', 'username'],
  ...['exp', 'active'],
])('a server with hostile text in %s of an introspection', (member) => {
  it.each(TEXTS)('%s: gives the caller nothing that it cannot read', async (_name, text) => {
    const world = new DialectWorld(server.transport, () => undefined);
    world.store.put(CREDENTIAL, PLAIN);
    const body = { active: true, [member]: text };
    playBehaviour(server, { routes: { '/oauth2/introspect': { body } } }, world.clock.now, {
      tokens: [],
    });
    const response = await world.ask('/oauth2/introspect', 'an-opaque-token');
    expect(response.status).toBe(member === 'active' ? 502 : 200);
    expect(oddTextsIn([response.json, world.records])).toEqual([]);
  });
});

describe('the largest token response', () => {
  it('has a record that is within the limit of an object', async () => {
    const aud = Array.from({ length: 40 }, (_one, n) => `${'"'.repeat(1_500)}${n}`);
    const scope = Array.from({ length: 15_000 }, (_one, n) => n.toString(36)).join(' ');
    const { scope: _scope, default_scope: __scope, ...document } = PLAIN;
    const behaviour = { claims: { aud, scope: undefined }, response: { scope } };
    const { response, records, verification } = await recordsOf(behaviour, document);
    expect([response.status, records.length]).toEqual([200, 4]);
    expect(verification).toMatchObject({ unreadable: 0, breaks: [] });
    expect(JSON.stringify(records[2]).length).toBeGreaterThan(200_000);
  });
});
