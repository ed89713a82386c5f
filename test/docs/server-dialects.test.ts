import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { shipped } from '../../profiles/shipped.ts';
import { API_SERVERS } from '../support/dialects/api-servers.ts';
import { CREDENTIAL, DialectWorld } from '../support/dialects/dialect-world.ts';
import { ENTRA_VERSION_ONE, IDENTITY_CLOUDS } from '../support/dialects/identity-clouds.ts';
import { clientKey, type KnownServer, playServer } from '../support/dialects/known-server.ts';
import { OWN_SERVERS } from '../support/dialects/own-servers.ts';
import { type ScriptedServer, startScriptedServer } from '../support/dialects/scripted-server.ts';
import { docsPage, examplesOf } from '../support/page-examples.ts';

const SERVERS: Readonly<Record<string, KnownServer>> = {
  ...IDENTITY_CLOUDS,
  ...OWN_SERVERS,
  ...API_SERVERS,
};

let server: ScriptedServer;

beforeAll(async () => {
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
  // A page has no private key.
  const key = 'private_key_jwk' in example ? { private_key_jwk: clientKey() } : {};
  const world = new DialectWorld(server.transport, () => undefined);
  world.store.put(CREDENTIAL, { ...example, ...key, ...changes });
  playServer(server, known, example, world.clock.now);
  const { json } = await world.vend();
  return { ...json, advice: json['advice'] };
}

const documents = examplesOf('servers.md');

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
