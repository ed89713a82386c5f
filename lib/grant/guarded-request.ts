import { requireCurrent } from '../credential/client-certificate.ts';
import type { CredentialDocument } from '../credential/document.ts';
import type { CircuitBreaker, RequestTime } from '../time/circuit-breaker.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadline } from '../time/deadline.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { namingRequest } from './naming-request.ts';
import type { Retrying } from './retrying.ts';
import type { UpstreamRequest } from './upstream-error.ts';

/** One request that presents the secret of a client. */
export interface GuardedRequest {
  readonly name: UpstreamRequest;
  readonly endpoint: string;
  readonly document: Pick<CredentialDocument, 'clientId' | 'authentication'>;
  readonly deadline: Deadline;
  /** Of a caller with a usable token: it does not wait for a probe of a failing server. */
  readonly patience?: Pick<Deadline, 'remaining'>;
}

export interface GuardedPorts {
  readonly clock: Clock;
  readonly breaker: Pick<CircuitBreaker, 'run'>;
  readonly retrying: Retrying;
}

/**
 * Makes a request that presents a secret, with retries, behind the circuits of its endpoint and of
 * its client. Every route uses it, so that none can send to a server what another may not.
 *
 * @throws VendError what `attempt` throws; `credential_invalid` if the client's certificate is not valid now; `upstream_unavailable`, `upstream_rate_limited` while a
 *   circuit is open
 */
export async function guardedRequest<T>(
  { clock, breaker, retrying }: GuardedPorts,
  { name, endpoint, document, deadline, patience = deadline }: GuardedRequest,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { authentication, clientId } = document;
  if ('clientCertificate' in authentication)
    requireCurrent(authentication.clientCertificate, clock.now());
  const time = (): RequestTime => ({
    signal: deadline.signal,
    remaining: Math.min(deadline.remaining, patience.remaining),
  });
  return await namingRequest(name, endpoint, () =>
    retrying(deadline, (signal) => {
      // An attempt that never settles must not keep the requests that share it.
      const send = () => leaveOnAbort(attempt(signal), signal);
      return breaker.run(endpoint, time(), send, clientId);
    }),
  );
}
