import type { VendError } from '../../lib/errors/vend-error.ts';
import type { HttpRequest, HttpResponse } from '../../lib/http/messages.ts';
import type { Measurement } from '../../lib/metrics/measure.ts';
import {
  createRegistry,
  type Registry,
  type RegistryOptions,
} from '../../lib/registry/registry.ts';
import { serveRegistry } from '../../lib/registry/serve-registry.ts';
import { shipped as recipes } from '../../recipes/shipped.ts';
import { FakeClock } from './fake-clock.ts';
import {
  DOCUMENT,
  FakeAuditLog,
  FakePolicy,
  FakeServer,
  FakeVerifier,
  request,
} from './fake-ports.ts';
import { MemorySecrets } from './memory-secrets.ts';

export const NAME = 'token-vending/checkout/orders-api';
export const PATH = '/credentials/checkout/orders-api';
export const ADMIN = 'platform/keycloak-admin';
export const ROTATE = 'arn:aws:lambda:eu-north-1:111122223333:function:rotate';
const ROLES = 'arn:aws:iam::111122223333:role';

/** What new secrets get. */
export const SETTINGS = {
  prefix: 'token-vending/',
  kmsKeyId: 'arn:aws:kms:eu-north-1:111122223333:key/own',
  deployment: 'token-vending',
  readers: {
    vending: [`${ROLES}/vending`],
    registry: [`${ROLES}/registry`],
    rotation: [],
    others: [],
  },
};

export interface RegistryResponse extends HttpResponse {
  readonly json: Record<string, unknown>;
}

/** What a request sends besides the method and the path. */
export interface Sent {
  /** JSON, or a text as it is. */
  readonly body?: unknown;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly role?: string;
  readonly signal?: AbortSignal;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  PUT: 'application/json',
  PATCH: 'application/merge-patch+json',
  POST: 'application/merge-patch+json',
};

/** A registry on fakes, without any credential. */
export class RegistryWorld {
  readonly clock: FakeClock;
  readonly policy = new FakePolicy();
  readonly audit = new FakeAuditLog();
  readonly secrets: MemorySecrets;
  readonly server = new FakeServer();
  readonly measured: Measurement[] = [];
  readonly reported: VendError[] = [];
  readonly registry: Registry;

  /**
   * @param shared the secrets of another registry, and a number that tells the two apart
   */
  constructor(
    options: Partial<RegistryOptions> = {},
    shared: { readonly secrets: MemorySecrets; readonly number: number } = {
      secrets: new MemorySecrets(),
      number: 0,
    },
  ) {
    this.secrets = shared.secrets;
    this.clock = new FakeClock(shared.number);
    this.registry = createRegistry(
      {
        clock: this.clock,
        stopwatch: this.clock.now,
        policy: this.policy,
        audit: this.audit,
        metrics: { record: (measurements) => void this.measured.push(...measurements) },
        secrets: this.secrets,
        server: this.server,
        verifier: new FakeVerifier(),
        reportError: (error) => this.reported.push(error),
      },
      {
        settings: SETTINGS,
        reading: { allowLoopbackHttp: false },
        recipes,
        rotationFunction: ROTATE,
        overlaps: true,
        budgets: { mints: 1_000_000, unknownNames: 1_000_000 },
        troubleshootingUrl: 'https://docs.example.com/troubleshooting',
        ...options,
      },
    );
  }

  /** Serves a request, and moves the clock until it ends. */
  async send(method: string, path: string, sent: Sent = {}): Promise<RegistryResponse> {
    return await this.clock.runUntilDone(this.start(method, path, sent));
  }

  /** Serves a request without moving the clock. */
  async start(method: string, path: string, sent: Sent = {}): Promise<RegistryResponse> {
    const http = registryRequest(method, path, sent);
    const response = await serveRegistry(this.registry, http, sent.signal);
    return { ...response, json: JSON.parse(response.body) };
  }

  /** Registers `checkout/orders-api`. */
  async register(document: object = DOCUMENT): Promise<RegistryResponse> {
    const response = await this.send('PUT', PATH, { body: document });
    this.audit.events.splice(0);
    this.secrets.calls.splice(0);
    return response;
  }

  /** Stores the credential {@link ADMIN}, for rotations. */
  async registerAdmin(document: object = { ...DOCUMENT, client_id: 'admin' }): Promise<void> {
    const text = JSON.stringify(document);
    const { signal } = new AbortController();
    await this.secrets.create({ name: `token-vending/${ADMIN}`, text }, { signal });
  }

  /** The stored document, with its secrets. */
  stored(stage?: string): Record<string, unknown> | undefined {
    const text = this.secrets.textOf(NAME, stage);
    return text === undefined ? undefined : JSON.parse(text);
  }
}

function registryRequest(
  method: string,
  path: string,
  { body, query = '', headers = {}, role = 'lead' }: Sent,
): HttpRequest {
  const type = body === undefined ? undefined : MEDIA_TYPES[method];
  return request(
    {
      method,
      path,
      query,
      body: typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body),
      headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
    },
    role,
  );
}
