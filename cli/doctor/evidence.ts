import { findAwsCredentials } from '../../client/aws-credentials.ts';
import { type Endpoint, readEndpoint } from '../../client/endpoint.ts';
import { openEndpointTransport } from '../../client/endpoint-transport.ts';
import { findProxy, type NamedProxy } from '../../client/proxy.ts';
import { openProxies } from '../../client/proxy-agent.ts';
import type { AwsCredentials } from '../../client/sigv4-signer.ts';
import { TokenClient } from '../../client/token-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { type HttpsResponse, openHttpsTransport } from '../../lib/http/https-transport.ts';
import type { CallerIdentity, CredentialDescription, VendedToken } from '../../lib/http/wire.ts';
import { Deadline } from '../../lib/time/deadline.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { CLIENT_ATTEMPT_TIMEOUT } from '../../lib/time/time-budget.ts';
import type { Connection } from '../global-options.ts';
import type { TokenFlags } from '../token-options.ts';
import { asTokenVendingError } from './finding.ts';
import { hostOf, portOf } from './url-parts.ts';

/** The input of all checks. */
export interface Subject {
  readonly connection: Connection;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `team/name`; `undefined` if only the connection to the endpoint is checked. */
  readonly credential: string | undefined;
  readonly tokenFlags: TokenFlags;
  readonly signal: AbortSignal;
}

/** The response to an unsigned request. */
export interface UnsignedResponse {
  readonly response: HttpsResponse;
  /** Milliseconds since the Unix epoch, by this machine. */
  readonly arrivedAt: number;
}

/** The outcome of the token request. */
export type Vend =
  | {
      readonly token: VendedToken;
      readonly error?: undefined;
      /** Present if the token does not live as long as requested. */
      readonly tooShort?: TokenVendingError;
    }
  | {
      readonly token?: undefined;
      readonly error: TokenVendingError;
      readonly tooShort?: undefined;
    };

/** The data that the checks use. Each item is read once, when a check first needs it. */
export interface Evidence {
  readonly subject: Subject;
  readonly client: () => TokenClient;
  /** @throws TokenVendingError `endpoint_invalid`, `region_unknown` */
  readonly endpoint: () => Endpoint;
  /** The proxy between this machine and the endpoint. */
  readonly proxy: () => NamedProxy | undefined;
  readonly unsigned: () => Promise<UnsignedResponse>;
  readonly awsCredentials: () => Promise<AwsCredentials>;
  readonly caller: () => Promise<CallerIdentity>;
  /** `undefined` if there is no credential of this name, or if this caller may not describe it. */
  readonly description: () => Promise<CredentialDescription | undefined>;
  readonly vend: () => Promise<Vend>;
}

export function openEvidence(subject: Subject): Evidence {
  const { connection, credential, signal } = subject;
  const endpoint = once(() =>
    readEndpoint(connection.endpoint, connection.region, connection.signingService),
  );
  const awsCredentials = once(findAwsCredentials(connection.profile));
  // A retry would hide the error of the first attempt.
  const client = once(
    () => new TokenClient({ ...connection, credentials: awsCredentials, maxRetries: 0 }),
  );
  return {
    subject,
    client,
    endpoint,
    awsCredentials,
    proxy: once(() => findProxyOf(endpoint(), subject)),
    unsigned: once(() => sendUnsigned(endpoint(), subject)),
    caller: once(() => client().callerIdentity(signal)),
    description: once(async () => {
      const all = await client().listCredentials(signal);
      return all.find((one) => one.credential === credential);
    }),
    vend: once(() => requestToken(client(), subject)),
  };
}

function findProxyOf({ url }: Endpoint, { environment }: Subject): NamedProxy | undefined {
  if (url.startsWith('http:')) return undefined;
  const proxy = findProxy('https', environment);
  return proxy?.serves(hostOf(url), portOf(url)) ? proxy : undefined;
}

function once<T>(gather: () => T): () => T {
  let gathered: { readonly value: T } | undefined;
  return () => {
    gathered ??= { value: gather() };
    return gathered.value;
  };
}

async function sendUnsigned(
  endpoint: Endpoint,
  { connection, environment, signal }: Subject,
): Promise<UnsignedResponse> {
  const { timeout = CLIENT_ATTEMPT_TIMEOUT } = connection;
  const timedOut = () => new TokenVendingError('endpoint_timeout');
  using attempt = new Deadline(systemClock, timeout, timedOut, signal);
  const transport = openEndpointTransport(
    openHttpsTransport({ proxies: openProxies(environment) }),
  );
  const request = {
    method: 'GET',
    headers: { accept: 'application/json' },
    signal: attempt.signal,
  } as const;
  const response = await transport(new URL(`${endpoint.url}/caller-identity`), request);
  return { response, arrivedAt: Date.now() };
}

async function requestToken(
  client: TokenClient,
  { credential = '', tokenFlags, signal }: Subject,
): Promise<Vend> {
  const request = async (minTtl: number | undefined): Promise<Vend> => {
    try {
      return { token: await client.getToken({ ...tokenFlags, minTtl, credential, signal }) };
    } catch (error) {
      return { error: asTokenVendingError(error) };
    }
  };
  const vend = await request(tokenFlags.minTtl);
  if (vend.error?.code !== 'min_ttl_unsatisfiable') return vend;
  // A token that does not live long enough still allows the other checks.
  const shorter = await request(1);
  return shorter.token === undefined ? shorter : { ...shorter, tooShort: vend.error };
}
