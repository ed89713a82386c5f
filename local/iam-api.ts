import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { readClientId, toServerProfile } from '../lib/credential/profile.ts';
import hiiretailFile from '../profiles/hiiretail.json' with { type: 'json' };
import { readInput } from './iam-api-input.ts';
import { type IamQuirks, type IamReply, refuse, routes } from './iam-api-routes.ts';
import { IamTenant } from './iam-api-store.ts';
import { listenOnLoopback, readBody } from './loopback-server.ts';

export interface IamApiOptions {
  readonly port: number;
  /** Issuer of the tokens that it accepts. */
  readonly issuer: string;
}

/** An injected fault of the next `times` calls. */
export interface IamFault {
  readonly method?: string;
  readonly path?: RegExp;
  /**
   * `reset` closes the connection. `drop` serves the call, then closes the connection. `late`
   * serves the call and responds at `until`.
   */
  readonly response:
    | 'reset'
    | 'drop'
    | 'late'
    | {
        readonly status: number;
        readonly headers?: Record<string, string>;
        readonly body?: string;
      };
  readonly until?: Promise<void>;
  times: number;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Without `authorization`. */
  readonly headers: http.IncomingHttpHeaders;
  readonly status: number;
}

/** The IAM API of Hii Retail on loopback, with its shapes, its status codes and its quirks. */
export interface LocalIamApi {
  readonly url: string;
  /** By id. Other tenants get 403. */
  readonly tenants: Map<string, IamTenant>;
  readonly requests: SeenRequest[];
  readonly quirks: IamQuirks;
  readonly faults: IamFault[];
  /** Permissions by client id. Any other client has all permissions. */
  readonly permissions: Map<string, ReadonlySet<string>>;
  /** Milliseconds that each call takes. */
  latency: number;
  /** Every token that was received so far gets 401 from now on. */
  revokeTokens(): void;
  /** Every token that it accepted, for tests that search for leaked tokens. */
  acceptedTokens(): string[];
  close(): Promise<void>;
}

const hiiretail = toServerProfile('hiiretail', hiiretailFile);

const SETTING = 'TOKEN_VENDING_LOCAL_PORT_IAM_API';
/** Only tenants with this id are served. */
export const LOCAL_TENANT = 'FAKETENANT';

class IamApiServer {
  readonly issuer: string;
  readonly tenants = new Map<string, IamTenant>([[LOCAL_TENANT, new IamTenant()]]);
  readonly requests: SeenRequest[] = [];
  readonly quirks: IamQuirks = {
    visibilityDelay: 0,
    busyFor: 0,
    forgetWrites: false,
    rolePrefix: '',
  };
  readonly faults: IamFault[] = [];
  readonly permissions = new Map<string, ReadonlySet<string>>();
  latency = 0;
  readonly #seen = new Set<string>();
  readonly #revoked = new Set<string>();
  #keys: ReturnType<typeof createLocalJWKSet> | undefined;

  constructor(issuer: string) {
    this.issuer = issuer;
  }

  acceptedTokens(): string[] {
    return [...this.#seen];
  }

  revokeTokens(): void {
    for (const token of this.#seen) this.#revoked.add(token);
  }

  async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://local');
    const body = await readBody(request);
    if (this.latency > 0) await delay(this.latency);
    const fault = this.#takeFault(request.method ?? '', url.pathname);
    const reply =
      typeof fault?.response === 'object'
        ? undefined
        : await this.#reply(request, url, body, fault);
    const { authorization: _, ...headers } = request.headers;
    const faulty = typeof fault?.response === 'object' ? fault.response : undefined;
    const status = faulty?.status ?? reply?.status ?? 0;
    const { method = '' } = request;
    this.requests.push({ method, path: url.pathname, query: url.search, headers, status });
    await fault?.until;
    if (faulty !== undefined) {
      response
        .writeHead(status, { 'content-type': 'application/json', ...faulty.headers })
        .end(faulty.body ?? '');
    } else if (reply === undefined || fault?.response === 'drop') {
      request.socket.resetAndDestroy();
    } else {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
    }
  }

  #takeFault(method: string, path: string): IamFault | undefined {
    const fault = this.faults.find(
      (one) =>
        one.times > 0 &&
        (one.method ?? method) === method &&
        (one.path === undefined || one.path.test(path)),
    );
    if (fault !== undefined) fault.times -= 1;
    return fault;
  }

  async #reply(
    request: http.IncomingMessage,
    url: URL,
    body: Buffer,
    fault: IamFault | undefined,
  ): Promise<IamReply | undefined> {
    if (fault?.response === 'reset') return undefined;
    const claims = await this.#verify(request.headers.authorization);
    // The body of a 401 is not documented.
    if (claims === undefined) return { status: 401 };
    return this.#serve(request.method ?? '', url, body, claims);
  }

  #serve(method: string, url: URL, body: Buffer, claims: JWTPayload): IamReply {
    const clientId = String(claims['client_id'] ?? '');
    const tenantId = /^\/api\/v\d\/tenants\/([^/]+)/.exec(url.pathname)?.[1];
    const own = readClientId(hiiretail, clientId)['tenant'] ?? LOCAL_TENANT;
    const tenant = this.tenants.get(tenantId ?? LOCAL_TENANT);
    const found = routes
      .map((route) => ({ route, match: route.pattern.exec(url.pathname) }))
      .find(({ route, match }) => route.method === method && match !== null);
    const allowed = this.permissions.get(clientId)?.has(found?.route.permission ?? '') ?? true;
    const isForeign = tenantId !== undefined && tenantId !== own;
    if (found === undefined || tenant === undefined || isForeign || !allowed) {
      return refuse(403, 'Forbidden resource');
    }
    const input = readInput((found.match ?? []).slice(1), body);
    if (Array.isArray(input)) return refuse(400, input);
    return found.route.serve({
      ...input,
      tenant,
      query: url.searchParams,
      quirks: this.quirks,
    });
  }

  async #readKeys() {
    const keys = await fetch(`${this.issuer}/jwks`);
    return createLocalJWKSet((await keys.json()) as JSONWebKeySet);
  }

  async #verify(authorization: string | undefined): Promise<JWTPayload | undefined> {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined || this.#revoked.has(token)) return undefined;
    try {
      this.#keys ??= await this.#readKeys();
      const options = { issuer: this.issuer, audience: hiiretailFile.defaults.audience };
      const { payload } = await jwtVerify(token, this.#keys, options);
      this.#seen.add(token);
      return payload;
    } catch {
      return undefined;
    }
  }
}

/**
 * Starts the IAM API.
 *
 * @example
 * ```ts
 * const api = await startIamApi({ port: 0, issuer: authorizationServer.issuer });
 * api.quirks.visibilityDelay = 2_000;
 * api.faults.push({ method: 'GET', response: { status: 503 }, times: 2 });
 * ```
 */
export async function startIamApi({ port, issuer }: IamApiOptions): Promise<LocalIamApi> {
  const server = new IamApiServer(issuer);
  seedTenant(server.tenants.get(LOCAL_TENANT));
  const listening = await listenOnLoopback(
    http.createServer((request, response) => {
      server.handle(request, response).catch(() => endBroken(response));
    }),
    port,
    'IAM API',
    SETTING,
  );
  return Object.assign(server, { url: listening.url, close: listening.close });
}

/** An invalid request must not end the process, and with it the whole local system. */
function endBroken(response: http.ServerResponse): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const body = { statusCode: 500, message: 'Internal Server Error' };
  response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function seedTenant(tenant: IamTenant | undefined): void {
  tenant?.groups.put('cashiers', {
    id: 'cashiers',
    name: 'Cashiers',
    description: 'Work at the tills',
    busyUntil: 0,
    busy: 'Creating',
  });
  tenant?.roles.put('custom.approver', {
    id: 'custom.approver',
    name: 'Reconciliation Approver',
    permissions: [{ id: 'rec.period.approve' }],
  });
  for (const id of ['bu:001', 'bu:002']) {
    tenant?.resources.put(id, { id, name: `Store ${id.slice(3)}`, props: { city: 'Uppsala' } });
  }
}
