import type { AccessDecision, AccessPolicy, AccessRequest } from '../../lib/access/policy.ts';
import type { AuditEvent } from '../../lib/audit/event.ts';
import type { AuditLog } from '../../lib/audit/log.ts';
import type { CredentialId } from '../../lib/credential/id.ts';
import { formatCredentialId, parseCredentialId } from '../../lib/credential/id.ts';
import type { CredentialStore, SecretStage, StoredCredential } from '../../lib/credential/store.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import type {
  AuthorizationServer,
  GrantRequest,
  ServerCall,
} from '../../lib/grant/authorization-server.ts';
import type { TokenResponse } from '../../lib/grant/token-response.ts';
import type { TokenVerifier, VerificationResult } from '../../lib/grant/token-verifier.ts';
import type { HttpRequest, HttpResponse } from '../../lib/http/messages.ts';
import type { Measurement } from '../../lib/metrics/measure.ts';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import { createVending, type Vending, type VendingOptions } from '../../lib/vending/vending.ts';
import type { IssuedCertificate } from '../../local/certificate-authority.ts';
import { FakeClock } from './fake-clock.ts';

export const ISSUER = 'https://auth.example.com';
export const SECRET_CANARY = 'canary-client-secret-7f3a';
export const TOKEN_CANARY = 'canary-access-token-51bd';

export const METADATA = {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/oauth2/token`,
  jwks_uri: `${ISSUER}/jwks`,
  revocation_endpoint: `${ISSUER}/oauth2/revoke`,
};

export const DOCUMENT = {
  issuer: ISSUER,
  client_id: 'orders-client',
  client_secret: SECRET_CANARY,
  scope: 'orders:read orders:write',
  default_scope: 'orders:read',
  audience: ['https://orders.example.com', 'https://stock.example.com'],
  resource: ['https://api.example.com/orders'],
};

/** The same client with a certificate instead of a secret. */
export function certified({ certificate, key }: IssuedCertificate) {
  const { client_secret: _, ...document } = DOCUMENT;
  return {
    ...document,
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    tls_client_certificate: certificate,
    tls_client_key: key,
  };
}

export class FakePolicy implements AccessPolicy {
  version = 'a'.repeat(64);
  /** Action and credential that are allowed; `*` allows all. */
  allowed = new Set<string>(['*']);
  advice: string[] = [];
  readonly requests: AccessRequest[] = [];

  decide(request: AccessRequest): AccessDecision {
    this.requests.push(request);
    const name = `${request.action} ${formatCredentialId(request.credential)}`;
    const allowed = this.allowed.has('*') || this.allowed.has(name);
    return {
      allowed,
      policies: allowed ? ['permit-it'] : [],
      unmet: [],
      advice: this.advice,
      errors: [],
      policyVersion: this.version,
    };
  }
}

export class FakeAuditLog implements AuditLog {
  readonly events: AuditEvent[] = [];
  /** Kinds whose append fails. */
  failing = new Set<AuditEvent['kind']>();

  /** Duration of storing a record. */
  delay: () => Promise<void> = async () => undefined;

  async append(event: AuditEvent): Promise<void> {
    await this.delay();
    if (this.failing.has(event.kind)) throw new VendError('audit_unavailable');
    this.events.push(event);
  }

  get kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }
}

export class FakeStore implements CredentialStore {
  readonly documents = new Map<string, StoredCredential>();
  readonly previous = new Map<string, StoredCredential>();
  reads = 0;
  error: Error | undefined;
  /** If set, a read waits for it. */
  gate: Promise<void> | undefined;

  /**
   * @param writtenAt time of the version; by default it is not new
   */
  put(name: string, document: object | string, versionId = 'v1', writtenAt = 0): void {
    const before = this.documents.get(name);
    if (before !== undefined) this.previous.set(name, before);
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    this.documents.set(name, { text, versionId, writtenAt });
  }

  async read(id: CredentialId, stage: SecretStage, signal: AbortSignal): Promise<StoredCredential> {
    this.reads += 1;
    signal.throwIfAborted();
    if (this.gate !== undefined) await raceSignal(this.gate, signal);
    if (this.error !== undefined) throw this.error;
    const versions = stage === 'AWSCURRENT' ? this.documents : this.previous;
    const stored = versions.get(formatCredentialId(id));
    if (stored === undefined) throw new VendError('credential_unknown');
    return stored;
  }

  async list(): Promise<CredentialId[]> {
    if (this.error !== undefined) throw this.error;
    return [...this.documents.keys()].map((name) => parseCredentialId(name, 'name'));
  }
}

type Result<T> = T | Error | ((call: number) => T | Error | Promise<T>);

export class FakeServer implements AuthorizationServer {
  metadata: Result<unknown> = METADATA;
  token: Result<TokenResponse> = () => ({
    access_token: `${TOKEN_CANARY}-${this.tokenRequests}`,
    expires_in: 3600,
  });
  revocation: Result<'revoked' | 'unsupported'> = 'revoked';
  introspection: Result<Record<string, unknown>> = { active: false };
  metadataReads: string[] = [];
  tokenRequests = 0;
  revocations = 0;
  introspections = 0;
  lastGrant: GrantRequest | undefined;
  lastCall: ServerCall | undefined;

  async readMetadata(url: URL, signal: AbortSignal): Promise<unknown> {
    this.metadataReads.push(url.href);
    return await resultOf(this.metadata, this.metadataReads.length, signal);
  }

  async requestToken(call: ServerCall, grant: GrantRequest): Promise<TokenResponse> {
    this.tokenRequests += 1;
    this.lastCall = call;
    this.lastGrant = grant;
    const token = await resultOf(this.token, this.tokenRequests, call.signal);
    call.received?.({ status: 200, isError: false, members: {}, values: {} });
    return token;
  }

  async revokeToken(call: ServerCall): Promise<'revoked' | 'unsupported'> {
    this.revocations += 1;
    this.lastCall = call;
    return await resultOf(this.revocation, this.revocations, call.signal);
  }

  async introspectToken(call: ServerCall): Promise<Record<string, unknown>> {
    this.introspections += 1;
    this.lastCall = call;
    return await resultOf(this.introspection, this.introspections, call.signal);
  }
}

export class FakeVerifier implements TokenVerifier {
  /** Key sets that were read before a token arrived. */
  readonly prepared: string[] = [];

  prepare(jwksUri: URL): void {
    this.prepared.push(jwksUri.href);
  }

  result: VerificationResult = { valid: false, reason: 'bad_signature' };
  error: Error | undefined;

  async verify(): Promise<VerificationResult> {
    if (this.error !== undefined) throw this.error;
    return this.result;
  }
}

/** Never responds. It ends only by its signal. */
export const never = () => new Promise<never>(() => undefined);

async function resultOf<T>(given: Result<T>, call: number, signal: AbortSignal): Promise<T> {
  const value = typeof given === 'function' ? (given as (call: number) => T)(call) : given;
  const settled = await raceSignal(Promise.resolve(value), signal);
  if (settled instanceof Error) throw settled;
  return settled as T;
}

async function raceSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return await Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
  ]);
}

/** A vending function on fakes, with one credential `checkout/orders-api`. */
export class FakeWorld {
  readonly clock = new FakeClock();
  readonly policy = new FakePolicy();
  readonly audit = new FakeAuditLog();
  readonly store = new FakeStore();
  readonly server = new FakeServer();
  readonly verifier = new FakeVerifier();
  readonly measured: Measurement[] = [];
  readonly reported: VendError[] = [];
  readonly vending: Vending;

  constructor(options: Partial<VendingOptions> = {}) {
    this.store.put('checkout/orders-api', DOCUMENT);
    this.vending = createVending(
      {
        clock: this.clock,
        stopwatch: this.clock.now,
        policy: this.policy,
        audit: this.audit,
        metrics: { record: (measurements) => void this.measured.push(...measurements) },
        store: this.store,
        server: this.server,
        verifier: this.verifier,
        reportError: (error) => this.reported.push(error),
      },
      {
        urls: { allowLoopbackHttp: false },
        listCredentials: true,
        // Stories cause many mints within a minute.
        budgets: { mints: 1_000_000, unknownNames: 1_000_000 },
        troubleshootingUrl: 'https://docs.example.com/troubleshooting',
        ...options,
      },
    );
  }

  /** Serves a request, and moves the clock until it ends. */
  async serve(request: HttpRequest): Promise<HttpResponse & { json: Record<string, unknown> }> {
    const response = await this.clock.runUntilDone(serveRequest(this.vending, request));
    return { ...response, json: response.body === '' ? {} : JSON.parse(response.body) };
  }

  async vend(form: Record<string, string> = {}, caller = 'ci-checkout') {
    return await this.serve(tokenRequest(form, caller));
  }
}

export function request(overrides: Partial<HttpRequest> = {}, role = 'ci-checkout'): HttpRequest {
  return {
    method: 'GET',
    path: '/caller-identity',
    query: '',
    headers: { 'user-agent': 'test' },
    body: '',
    requestId: 'request-1',
    sourceIp: '192.0.2.7',
    host: 'tokens.example.com',
    identity: {
      accountId: '111122223333',
      arn: `arn:aws:sts::111122223333:assumed-role/${role}/run-1`,
      userId: 'AROAEXAMPLE:run-1',
      accessKeyId: 'LOCALKEY',
      organizationId: 'o-localexample',
    },
    ...overrides,
  };
}

export function formRequest(
  path: string,
  form: Record<string, string> | string,
  role?: string,
): HttpRequest {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'test' };
  return request({ method: 'POST', path, headers, body }, role);
}

export function tokenRequest(form: Record<string, string> = {}, role?: string): HttpRequest {
  return formRequest(
    '/oauth2/token',
    { grant_type: 'client_credentials', client_id: 'checkout/orders-api', ...form },
    role,
  );
}
