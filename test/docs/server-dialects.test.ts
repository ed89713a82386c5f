import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ClientAssertions } from '../../lib/grant/client-assertions.ts';
import { shipped } from '../../profiles/shipped.ts';
import { API_SERVERS } from '../support/dialects/api-servers.ts';
import { CREDENTIAL, DialectWorld } from '../support/dialects/dialect-world.ts';
import { ENTRA_VERSION_ONE, IDENTITY_CLOUDS } from '../support/dialects/identity-clouds.ts';
import { clientKey, type KnownServer, playServer } from '../support/dialects/known-server.ts';
import { OWN_SERVERS } from '../support/dialects/own-servers.ts';
import { type ScriptedServer, startScriptedServer } from '../support/dialects/scripted-server.ts';
import { docsPage, examplesOf, type KeyFiller, makeKeyFiller } from '../support/page-examples.ts';

const SERVERS: Readonly<Record<string, KnownServer>> = {
  ...IDENTITY_CLOUDS,
  ...OWN_SERVERS,
  ...API_SERVERS,
};

let server: ScriptedServer;

let fillIn: KeyFiller;

beforeAll(async () => {
  fillIn = await makeKeyFiller(clientKey());
  server = await startScriptedServer();
});
afterAll(async () => {
  await server.close();
});

async function vendFrom(
  known: KnownServer,
  example: Readonly<Record<string, unknown>>,
  changes: object = {},
) {
  const world = new DialectWorld(server.transport, () => undefined, signedByAws);
  world.store.put(CREDENTIAL, { ...fillIn(example), ...changes });
  playServer(server, known, example, world.clock.now);
  const { json } = await world.vend();
  return { ...json, advice: json['advice'] };
}

const signedByAws: ClientAssertions = {
  issue: async ({ audience: aud }) =>
    [{}, { aud }, {}].map((part) => btoa(JSON.stringify(part))).join('.'),
};

const all = examplesOf('servers.md');
const documents = all.filter(([name]) => name in SERVERS);

it('plays a server for each section but that of clients without a secret', () => {
  const others = all.map(([name]) => name).filter((name) => !(name in SERVERS));
  expect([...new Set(others)]).toEqual(['Clients without a secret']);
});

it.each([
  ['kms', 'Any other server', 'https://auth.example.com'],
  ['aws_web_identity', 'Microsoft Entra ID', 'api://AzureADTokenExchange'],
])('the document with %s gets a token of %s', async (source, name, assertionAudience) => {
  const known = { ...(SERVERS[name] as KnownServer), assertionAudience };
  const [[, example = {}] = []] = all.filter(
    ([, json]) => json['client_assertion_source'] === source,
  );
  const minted = await vendFrom({ ...known, authentication: 'assertion' }, example);
  expect(minted).toMatchObject({ ...known.vended, source: 'minted' });
  expect(server.requests.at(-1)?.form.get('client_id')).toBe(example['client_id']);
});

it.each(documents)('the document for %s gets a token', async (name, example) => {
  const known = SERVERS[name] as KnownServer;
  const { vended } = known;
  const minted = { advice: undefined, token_type: 'Bearer', source: 'minted', ...vended };
  expect(await vendFrom(known, example)).toMatchObject(minted);
});

const withSecret = documents.filter(([, example]) => 'client_secret' in example);

it.each(withSecret)('a wrong secret at %s has the advice of its profile', async (name, example) => {
  const profile = shipped.find((one) => one.name === example['profile']);
  const changes = { client_secret: 'canary-wrong-secret' };
  expect(await vendFrom(SERVERS[name] as KnownServer, example, changes)).toMatchObject({
    code: 'credential_refused',
    advice: expect.stringContaining(profile?.advice.credential_refused ?? 'Ask the operator'),
  });
});

it('the key that the page names for tokens of version 1.0 of Entra ID accepts them', async () => {
  const [[, example = {}] = []] = documents.filter(([name]) => name.endsWith('verified tokens'));
  const [, issuer] = /"access_token_issuer": "(.+?)"/.exec(docsPage('servers.md')) ?? [];
  expect(await vendFrom(ENTRA_VERSION_ONE, example)).toMatchObject({
    code: 'token_unacceptable',
    advice: expect.stringContaining('access_token_issuer'),
  });
  const changes = { access_token_issuer: issuer };
  expect(await vendFrom(ENTRA_VERSION_ONE, example, changes)).toMatchObject({ source: 'minted' });
});
