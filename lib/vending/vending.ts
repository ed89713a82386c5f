import { type BudgetLimits, Budgets, DEFAULT_BUDGETS } from '../access/budgets.ts';
import type { AccessPolicy } from '../access/policy.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Profiles } from '../credential/profiles.ts';
import { SecretVersions } from '../credential/secret-versions.ts';
import { CredentialSource } from '../credential/source.ts';
import type { CredentialStore } from '../credential/store.ts';
import type { VendError } from '../errors/vend-error.ts';
import type { AuthorizationServer } from '../grant/authorization-server.ts';
import { Grants } from '../grant/grants.ts';
import type { TokenVerifier } from '../grant/token-verifier.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import type { Metrics } from '../metrics/measure.ts';
import { measureCertificate } from '../metrics/measure-certificate.ts';
import type { FailedRequest } from '../metrics/report-error.ts';
import type { Clock } from '../time/clock.ts';
import { TokenCache } from '../token/cache.ts';
import { Authorizer } from './authorizer.ts';
import { Minter } from './minter.ts';
import { Obtainer } from './obtainer.ts';
import { Recorder } from './recorder.ts';
import { UsableCredentials } from './usable-credentials.ts';

/** The ports of the core. */
export interface VendingPorts {
  readonly clock: Clock;
  /** Milliseconds from any point, with fractions, never going back: for durations. */
  readonly stopwatch: () => number;
  readonly policy: AccessPolicy;
  readonly audit: AuditLog;
  readonly metrics: Metrics;
  readonly store: CredentialStore;
  readonly server: AuthorizationServer;
  readonly verifier: TokenVerifier;
  /**
   * Receives each error with its private `detail` and `cause`, for operators and never for callers.
   */
  readonly reportError: (error: VendError, request: FailedRequest) => void;
}

export interface VendingOptions {
  readonly urls: UrlPolicy;
  /** The server profiles that documents may name. Default: `generic` only. */
  readonly profiles?: Profiles;
  /** Whether `GET /credentials` exists: it needs `secretsmanager:ListSecrets`, which IAM cannot scope. */
  readonly listCredentials: boolean;
  /** URL of the registry endpoint; default: there is none. */
  readonly registryUrl?: string;
  /** Budgets of each principal in one process. Default: {@link DEFAULT_BUDGETS}. */
  readonly budgets?: BudgetLimits;
  /** Page with one entry per error code; `error_uri` points there. */
  readonly troubleshootingUrl: string;
}

/** One vending function with all its parts. It has no state of a single request. */
export interface Vending extends VendingPorts, Omit<VendingOptions, 'budgets'> {
  readonly recorder: Recorder;
  readonly authorizer: Authorizer;
  readonly credentials: CredentialSource;
  readonly usable: UsableCredentials;
  readonly versions: SecretVersions;
  readonly grants: Grants;
  readonly tokens: TokenCache;
  readonly obtainer: Obtainer;
}

export function createVending(ports: VendingPorts, options: VendingOptions): Vending {
  const { clock, store, server, verifier, policy, metrics, reportError } = ports;
  const { urls, profiles } = options;
  const recorder = new Recorder(ports.audit, metrics);
  const authorizer = new Authorizer(policy, clock);
  const reading = { ...urls, ...(profiles === undefined ? {} : { profiles }) };
  const credentials = new CredentialSource(store, clock, reading, (credential) => {
    const measured = measureCertificate(credential, clock.now());
    if (measured.length > 0) metrics.record(measured);
  });
  const budgets = new Budgets(clock, options.budgets ?? DEFAULT_BUDGETS);
  const usable = new UsableCredentials(credentials, authorizer, budgets);
  const versions = new SecretVersions(credentials, clock);
  const grants = new Grants({ clock, server, verifier, urls });
  const tokens = new TokenCache(clock);
  const minter = new Minter({ clock, grants, versions, usable, tokens, recorder, budgets });
  const obtaining = { clock, authorizer, usable, versions, tokens, minter, reportError };
  const obtainer = new Obtainer(obtaining);
  const parts = { recorder, authorizer, credentials, usable, versions, grants, tokens, obtainer };
  return { ...ports, ...options, ...parts };
}
