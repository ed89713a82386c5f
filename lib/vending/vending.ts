import type { AccessPolicy } from '../access/policy.ts';
import type { AuditLog } from '../audit/event.ts';
import type { ClientEndpoint } from '../credential/choose-secret.ts';
import { RefusalMemory } from '../credential/refusal-memory.ts';
import { CredentialSource } from '../credential/source.ts';
import type { CredentialStore } from '../credential/store.ts';
import type { VendError } from '../errors/vend-error.ts';
import type { AuthorizationServer } from '../grant/authorization-server.ts';
import { MetadataSource } from '../grant/discover.ts';
import type { TokenVerifier } from '../grant/token-verifier.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import { CircuitBreaker } from '../time/circuit-breaker.ts';
import type { Clock } from '../time/clock.ts';
import { SingleFlight } from '../time/single-flight.ts';
import { TokenCache } from '../token/cache.ts';
import type { Minted } from './mint-token.ts';

/** The outside world, as the core sees it. */
export interface VendingPorts {
  readonly clock: Clock;
  /** Milliseconds from any point, with fractions, never going back: for durations. */
  readonly stopwatch: () => number;
  readonly policy: AccessPolicy;
  readonly audit: AuditLog;
  readonly store: CredentialStore;
  readonly server: AuthorizationServer;
  readonly verifier: TokenVerifier;
  /** Where the private side of a failure goes: its `detail` and `cause` must reach operators, never callers. */
  readonly reportFailure: (error: VendError, requestId: string) => void;
}

export interface VendingOptions {
  readonly urls: UrlPolicy;
  /** Whether `GET /credentials` exists: it needs `secretsmanager:ListSecrets`, which IAM cannot scope. */
  readonly listCredentials: boolean;
  /** Page with one entry per error code; `error_uri` points there. */
  readonly troubleshootingUrl: string;
}

/** One vending function: its ports and what it remembers between requests. Nothing in it belongs to one request. */
export interface Vending extends VendingPorts, VendingOptions {
  readonly credentials: CredentialSource;
  readonly metadata: MetadataSource;
  readonly breaker: CircuitBreaker;
  /** What each endpoint refused. */
  readonly refusals: Readonly<Record<ClientEndpoint, RefusalMemory>>;
  readonly tokens: TokenCache;
  readonly mints: SingleFlight<Minted>;
}

export function createVending(ports: VendingPorts, options: VendingOptions): Vending {
  const { clock, store, server } = ports;
  return {
    ...ports,
    ...options,
    credentials: new CredentialSource(store, clock, options.urls),
    metadata: new MetadataSource(server, clock, options.urls),
    breaker: new CircuitBreaker(clock),
    refusals: { token: new RefusalMemory(clock), revocation: new RefusalMemory(clock) },
    tokens: new TokenCache(clock),
    mints: new SingleFlight(),
  };
}
