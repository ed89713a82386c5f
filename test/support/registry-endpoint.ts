import http from 'node:http';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { Profiles } from '../../lib/credential/profiles.ts';
import { listenOnLoopback } from '../../local/loopback-server.ts';
import { shipped } from '../../profiles/shipped.ts';
import { RegistryWorld } from './registry-world.ts';
import { type Ran, runCommand } from './run-command.ts';

/** A request to the registry. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Scripted {
  readonly status: number;
  readonly json: object;
}

/** A registry on loopback, and command lines that use it. */
export interface RegistryEndpoint {
  readonly world: RegistryWorld;
  readonly url: string;
  /** Environment of a command line. */
  readonly environment: Readonly<Record<string, string>>;
  /** Requests as `METHOD /path?query`, without those for metadata. */
  readonly requests: string[];
  /** Whether the metadata of the endpoint names the registry. */
  isNamed: boolean;
  /** Responds instead of the registry, unless it returns `undefined`. */
  script: (asked: Asked) => Scripted | undefined | Promise<Scripted | undefined>;
  /** Runs a command line in this process. */
  run(...argv: string[]): Promise<Ran>;
  /** The same, with a signal that aborts as at Ctrl-C. */
  runUntil(signal: AbortSignal, ...argv: string[]): Promise<Ran>;
  close(): Promise<void>;
}

const profiles = new Profiles(shipped);

/** @param world the registry; its clock moves only if the test moves it */
export async function openRegistryEndpoint(
  world = new RegistryWorld({ reading: { allowLoopbackHttp: false, profiles } }),
): Promise<RegistryEndpoint> {
  const server = http.createServer(async (request, response) => {
    const { method = '', headers } = request;
    const { pathname: path, search } = new URL(request.url ?? '/', 'http://registry');
    const query = search.slice(1);
    const body = await text(request);
    const asked = { method, path, query, headers: headers as Asked['headers'], body };
    const { status, json } = await respond(asked);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(json));
  });
  const respond = async (asked: Asked) => {
    if (asked.path.startsWith('/.well-known/')) {
      const token_endpoint = `${endpoint.url}/oauth2/token`;
      const named = endpoint.isNamed ? { registry_endpoint: endpoint.url } : {};
      return { status: 200, json: { issuer: endpoint.url, token_endpoint, ...named } };
    }
    endpoint.requests.push(`${asked.method} ${asked.path}${asked.query && `?${asked.query}`}`);
    const scripted = await endpoint.script(asked);
    if (scripted !== undefined) return scripted;
    const { method, path, headers, query, body } = asked;
    const sent = { headers, query, ...(body === '' ? {} : { body }) };
    const { status, json } = await endpoint.world.start(method, path, sent);
    return { status, json };
  };
  const listening = await listenOnLoopback(server, 0, 'registry', 'nothing');
  const environment = {
    AWS_REGION: 'eu-north-1',
    AWS_ACCESS_KEY_ID: 'LOCALKEY',
    AWS_SECRET_ACCESS_KEY: 'made-up',
    TOKEN_VENDING_ENDPOINT: listening.url,
    TOKEN_VENDING_SIGNING_SERVICE: 'lambda',
  };
  // The AWS SDK reads them from the process, of which Jest gives each file its own.
  Object.assign(process.env, environment);
  const endpoint: RegistryEndpoint = {
    world,
    url: listening.url,
    environment,
    requests: [],
    isNamed: true,
    script: () => undefined,
    run: (...argv) => runCommand(argv, environment),
    runUntil: (signal, ...argv) => runCommand(argv, environment, signal),
    async close() {
      server.closeAllConnections();
      await listening.close();
    },
  };
  return endpoint;
}

/** An error response of the registry. */
export function refusal(status: number, code: string, more: object = {}): Scripted {
  const says = { error_description: `The registry says ${code}.`, advice: `Do as for ${code}.` };
  return { status, json: { error: 'server_error', code, request_id: 'r-1', ...says, ...more } };
}
