import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TokenClient, type TokenClientOptions } from '../../client/index.ts';
import { RegistryClient } from '../../client/registry-client.ts';
import { type HttpsResponse, openHttpsTransport } from '../../lib/http/https-transport.ts';
import { type LocalSystem, type LocalSystemOptions, startLocalSystem } from '../../local/system.ts';
import { findCanaries, readAllFiles, secretsOfDocument } from './canary-search.ts';

export interface TestSystem extends LocalSystem {
  client(caller: string, options?: Partial<TokenClientOptions>): TokenClient;
  /** A client of the registry that acts as one caller. */
  registryClient(caller: string): RegistryClient;
  /** Every response to a client of this system, including tokens. */
  readonly responses: HttpsResponse[];
  /** Adds a text that no output may contain. */
  guard(secret: string): void;
  /** Adds a text that no secret may be in, for example what a command printed. */
  show(name: string, text: string): void;
  requests(endpoint: 'token' | 'metadata' | 'jwks'): number;
  reads(): number;
  /** Ends the system, and fails if any output contains a secret or a token. */
  stop(): Promise<void>;
}

/** A local system for one test file, in its own directory, on free ports. */
export async function startTestSystem(
  options: Partial<LocalSystemOptions> = {},
): Promise<TestSystem> {
  const directory = await mkdtemp(path.join(tmpdir(), 'token-vending-test-'));
  const system = await startLocalSystem({ directory, ...options });
  const responses: HttpsResponse[] = [];
  const guarded = new Set<string>();
  const shown: Written[] = [];
  const transport = openHttpsTransport();
  const optionsOf = (name: string): TokenClientOptions => ({
    endpoint: system.endpoint,
    region: system.region,
    credentials: async () => system.caller(name),
    maxRetries: 0,
    transport: async (url, request) => {
      const received = await transport(url, request);
      responses.push(received);
      return received;
    },
  });
  return {
    ...system,
    responses,
    guard: (secret) => guarded.add(secret),
    show: (file, text) => void shown.push({ file, text }),
    client: (name, more = {}) => new TokenClient({ ...optionsOf(name), ...more }),
    registryClient: (name) => new RegistryClient(optionsOf(name)),
    requests: (endpoint) => system.authorizationServer.requests.get(endpoint) ?? 0,
    reads: () => system.secretsManager.calls.get('GetSecretValue') ?? 0,
    async stop() {
      // A token that was vended many times is searched for once.
      const secrets = [...new Set([...guarded, ...secretsOf(system), ...tokensOf(responses)])];
      await system.stop();
      const leaks = await findLeaks(directory, [...shown, ...writtenOf(responses)], secrets);
      await rm(directory, { recursive: true, force: true });
      if (leaks.length > 0) throw new Error(`secrets or tokens were found in: ${leaks.join(', ')}`);
    },
  };
}

function secretsOf(system: LocalSystem): string[] {
  const ofCallers = [...system.callers.values()].flatMap(({ secretAccessKey, sessionToken }) => [
    secretAccessKey,
    sessionToken,
  ]);
  const versions = system.secretsManager.store.all().flatMap(({ versions: all }) => all);
  const ofClients = versions.flatMap(({ text = '' }) => secretsOfDocument(text));
  return [...ofCallers, ...ofClients, ...system.authorizationServer.trusted.presented].filter(
    (secret) => typeof secret === 'string',
  );
}

function tokensOf(responses: readonly HttpsResponse[]): string[] {
  return responses.flatMap(({ body }) => /"access_token":"([^"]+)"/.exec(body)?.[1] ?? []);
}

/** A text that may contain no secret, and where it stands. */
interface Written {
  readonly file: string;
  readonly text: string;
}

function writtenOf(responses: readonly HttpsResponse[]): Written[] {
  return responses.map(({ status, body, headers }) => ({
    file: `a response with status ${status}`,
    text:
      JSON.stringify(headers) +
      (status === 200 ? body.replace(/"access_token":"[^"]+"/, '') : body),
  }));
}

async function findLeaks(
  directory: string,
  written: readonly Written[],
  secrets: readonly string[],
): Promise<string[]> {
  // Files that may contain secrets: the file of Secrets Manager, and the keys of the callers.
  const files = (await readAllFiles(directory)).filter(
    ({ file }) => file !== 'secrets.json' && !file.startsWith('callers'),
  );
  return [...files, ...written]
    .filter(({ text }) => findCanaries(text, secrets).length > 0)
    .map(({ file }) => file);
}
