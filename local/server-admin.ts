import type http from 'node:http';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { readBody } from './loopback-server.ts';
import type { RegisteredClient } from './provider-configuration.ts';

/** The scope of tokens for the admin API. */
export const ADMIN_SCOPE = 'clients:admin';
export const ADMIN_AUDIENCE = 'https://server-admin.example.com';

export interface AdministeredServer {
  readonly issuer: string;
  readonly keys: readonly JWK[];
  readonly clients: Map<string, RegisteredClient>;
}

interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

const CHANGEABLE = ['/client_secret', '/jwks'];

/**
 * The part of the admin API of Ory Hydra that changes how a client authenticates:
 * https://www.ory.com/docs/hydra/reference/api. Hydra itself has no access control there. This one
 * requires a token of the same server with the scope of administrators.
 *
 * @returns whether the request was for the admin API, and has its response
 */
export async function serveAdmin(
  server: AdministeredServer,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<boolean> {
  if (!(request.url ?? '').startsWith('/admin/')) return false;
  const respond = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const [, id = ''] = /^\/admin\/clients\/([^/?]+)$/.exec(request.url ?? '') ?? [];
  const client = server.clients.get(decodeURIComponent(id));
  const body = (await readBody(request)).toString();
  if (!(await isAdministrator(server, request.headers.authorization ?? ''))) {
    respond(401, { error: 'request_unauthorized' });
  } else if (client === undefined) {
    respond(404, { error: 'Unable to locate the resource' });
  } else if (request.method === 'GET') {
    respond(200, publicMembers(client));
  } else {
    const changed = request.method === 'PATCH' ? changeOf(body) : undefined;
    if (changed === undefined) respond(400, { error: 'invalid_request' });
    else {
      const after = { ...client, ...changed };
      server.clients.set(client.client_id, after);
      respond(200, publicMembers(after));
    }
  }
  return true;
}

async function isAdministrator(
  { issuer, keys }: AdministeredServer,
  authorization: string,
): Promise<boolean> {
  const [, token = ''] = /^Bearer (\S+)$/.exec(authorization) ?? [];
  const keySet = createLocalJWKSet({ keys: keys.map(publicKeyOf) });
  try {
    const { payload } = await jwtVerify(token, keySet, { issuer, audience: ADMIN_AUDIENCE });
    return String(payload['scope']).split(' ').includes(ADMIN_SCOPE);
  } catch {
    return false;
  }
}

function publicKeyOf({ kty, alg, kid, n, e, crv, x, y }: JWK): JWK {
  const members = { kty, alg, kid, n, e, crv, x, y };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** JSON Patch (RFC 6902) of the members that may change; undefined if it is none. */
function changeOf(body: string): object | undefined {
  let operations: readonly PatchOperation[];
  try {
    operations = JSON.parse(body);
  } catch {
    return undefined;
  }
  const isChange = ({ op, path }: PatchOperation) =>
    ['add', 'replace'].includes(op) && CHANGEABLE.includes(path);
  if (!Array.isArray(operations) || !operations.every(isChange)) return undefined;
  return Object.fromEntries(operations.map(({ path, value }) => [path.slice(1), value]));
}

function publicMembers({ client_secret: _, ...members }: RegisteredClient): object {
  return members;
}
