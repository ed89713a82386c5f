import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LoopbackServer, listenOnLoopback } from '../../local/loopback-server.ts';
import { putDocument } from '../../local/seed.ts';
import { eventually } from '../provider/framework/support/eventually.ts';
import { type OperatorWorld, openOperatorWorld } from '../support/operator-world.ts';

const cli = fileURLToPath(new URL('../../dist/cli/token-vending.mjs', import.meta.url));
const NAME = 'support/crm-api';

let world: OperatorWorld;
let issuer: Issuer;

beforeEach(async () => {
  world = await openOperatorWorld();
  issuer = await startIssuer();
  await putDocument(world.manager.store, NAME, documentOf('fake-secret-0001'));
});
afterEach(async () => {
  await world.close();
  await issuer.close();
});

type Endpoint = 'metadata' | 'token' | 'keys' | 'revocation';

interface Issuer extends LoopbackServer {
  /** Endpoints in the order of the requests. */
  readonly requests: Endpoint[];
  /** The response of an endpoint waits for this. */
  readonly held: Map<Endpoint, Promise<void>>;
  /** Endpoints that respond with 503 and Retry-After 3 s. */
  readonly unavailable: Set<Endpoint>;
  /** Endpoints whose response was read to its end. */
  readonly responded: Endpoint[];
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/token': 'token',
  '/keys': 'keys',
  '/revoke': 'revocation',
};

/** An authorization server of a few lines, whose tokens need its keys for verification. */
async function startIssuer(): Promise<Issuer> {
  const state = {
    requests: [] as Endpoint[],
    held: new Map<Endpoint, Promise<void>>(),
    unavailable: new Set<Endpoint>(),
    responded: [] as Endpoint[],
  };
  const encode = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const bodies: Record<Endpoint, () => object> = {
    metadata: () => ({
      issuer: listening.url,
      token_endpoint: `${listening.url}/token`,
      jwks_uri: `${listening.url}/keys`,
      revocation_endpoint: `${listening.url}/revoke`,
    }),
    token: () => ({
      access_token: signs ? `${encode({ alg: 'ES256', kid: 'k' })}.${encode({})}.AA` : 'opaque',
      token_type: 'Bearer',
      expires_in: 3600,
    }),
    keys: () => ({ keys: [] }),
    revocation: () => ({}),
  };
  const server = http.createServer(async (request, response) => {
    const endpoint = ENDPOINTS[request.url ?? ''] ?? 'metadata';
    state.requests.push(endpoint);
    await state.held.get(endpoint);
    response.setHeader('content-type', 'application/json');
    const failing = state.unavailable.has(endpoint);
    if (failing) response.writeHead(503, { 'retry-after': '3' });
    await new Promise<void>((done) => {
      response.end(failing ? '{}' : JSON.stringify(bodies[endpoint]()), done);
    });
    state.responded.push(endpoint);
  });
  const listening = await listenOnLoopback(server, 0, 'authorization server', 'nothing');
  return Object.assign(state, listening);
}

let signs = false;
beforeEach(() => {
  signs = false;
});

const documentOf = (secret: string) => ({
  issuer: issuer.url,
  client_id: 'client-1',
  client_secret: secret,
});

/** Starts the command line as a process, because only a process shows when it ends. */
function start(...argv: string[]) {
  const child = spawn(process.execPath, [cli, 'credentials', ...argv], {
    env: { PATH: process.env['PATH'] ?? '', ...world.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const shown = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = (async () => {
    const [code] = await once(child, 'exit');
    const [stdout, stderr] = await shown;
    return { code, stdout, stderr };
  })();
  return { interrupt: () => child.kill('SIGINT'), ended };
}

async function fileOf(content: string): Promise<string> {
  const file = path.join(world.folder, 'input');
  await writeFile(file, content);
  return file;
}

const reached = (list: 'requests' | 'responded', endpoint: Endpoint) =>
  eventually(() => (issuer[list].includes(endpoint) ? true : undefined), 60_000);

/**
 * All requests except those for keys, which are read during the token request, so their order
 * varies.
 */
const requestsButKeys = () => issuer.requests.filter((endpoint) => endpoint !== 'keys');

const commands: readonly [string, () => Promise<string[]>][] = [
  ['test', async () => ['test', NAME]],
  [
    'put --verify',
    async () => [
      'put',
      NAME,
      '--verify',
      '--file',
      await fileOf(JSON.stringify(documentOf('fake-secret-0002'))),
    ],
  ],
  [
    'rotate-secret',
    async () => ['rotate-secret', NAME, '--secret-file', await fileOf('fake-secret-0002')],
  ],
];

describe.each(commands)('credentials %s, interrupted while a token is obtained', (_, argv) => {
  afterEach(() => {
    const [current, ...others] = world.stagesOf(`token-vending/${NAME}`) ?? [];
    expect([current, others.flat()]).toEqual([['AWSCURRENT'], []]);
  });

  // The authorization server never responds, and a request that times out is retried.
  it.each([
    ['metadata', ['metadata']],
    ['token', ['metadata', 'token']],
  ] as const)('leaves a request for %s, and makes none after it', async (endpoint, requests) => {
    issuer.held.set(endpoint, new Promise(() => undefined));
    const { interrupt, ended } = start(...(await argv()));
    await reached('requests', endpoint);
    interrupt();
    expect(await ended).toMatchObject({ code: 130, stdout: '' });
    expect(requestsButKeys()).toEqual(requests);
  });

  it.each([
    ['metadata', ['metadata']],
    ['token', ['metadata', 'token']],
  ] as const)('does not try %s again', async (endpoint, requests) => {
    issuer.unavailable.add(endpoint);
    const { interrupt, ended } = start(...(await argv()));
    await reached('responded', endpoint);
    interrupt();
    expect(await ended).toMatchObject({ code: 130, stdout: '' });
    expect(requestsButKeys()).toEqual(requests);
  });
});

describe('credentials rotate-secret, interrupted while a token is obtained', () => {
  const rotate = async () =>
    start('rotate-secret', NAME, '--secret-file', await fileOf('fake-secret-0002'));

  it('makes no token request, if the metadata arrives after that', async () => {
    const { promise, resolve: respond } = Promise.withResolvers<void>();
    issuer.held.set('metadata', promise);
    const { interrupt, ended } = await rotate();
    await reached('requests', 'metadata');
    interrupt();
    await world.called('UpdateSecretVersionStage');
    respond();
    expect(await ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('is not rotated'),
    });
    expect(issuer.requests).toEqual(['metadata']);
  });

  it('does not wait until an unknown key is published', async () => {
    signs = true;
    const { interrupt, ended } = await rotate();
    await reached('responded', 'keys');
    await reached('responded', 'token');
    interrupt();
    expect(await ended).toMatchObject({ code: 130 });
    expect(issuer.requests.toSorted()).toEqual(['keys', 'metadata', 'token']);
  });

  it('ends after it has revoked the token that it obtained', async () => {
    const { promise, resolve: respond } = Promise.withResolvers<void>();
    issuer.held.set('revocation', promise);
    const { interrupt, ended } = await rotate();
    await reached('requests', 'revocation');
    interrupt();
    await world.called('UpdateSecretVersionStage');
    respond();
    expect(await ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('is not rotated'),
    });
    expect(requestsButKeys()).toEqual(['metadata', 'token', 'revocation']);
    expect(issuer.responded).toContain('revocation');
  });
});
