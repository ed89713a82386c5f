import type { CredentialDocument } from '../credential/document.ts';
import type { Deadline } from '../time/deadline.ts';
import type { AuthorizationServer, GrantRequest } from './authorization-server.ts';
import type { Exchange } from './exchange.ts';
import { type GuardedPorts, guardedRequest } from './guarded-request.ts';
import type { ReceivedResponse } from './received-response.ts';
import type { ServerMetadata } from './server-metadata.ts';
import type { TokenResponse } from './token-response.ts';

/** A token response and the time of its request. Lifetimes count from there. */
export interface TimedResponse {
  /** Milliseconds since the Unix epoch. */
  readonly requestedAt: number;
  readonly response: TokenResponse;
}

export interface RequestPorts extends GuardedPorts {
  readonly server: AuthorizationServer;
  readonly observe?: Exchange['observe'];
}

/**
 * Requests a token, behind the circuit breaker of the token endpoint.
 *
 * @param patience of a caller with a usable token: it does not wait for a probe of a failing server
 * @throws VendError as {@link guardedRequest} and {@link AuthorizationServer.requestToken}
 */
export async function requestToken(
  { server, clock, breaker, retrying, observe }: RequestPorts,
  metadata: ServerMetadata,
  document: CredentialDocument,
  request: GrantRequest,
  deadline: Deadline,
  patience: Pick<Deadline, 'remaining'>,
): Promise<TimedResponse> {
  const received =
    observe && ((response: ReceivedResponse) => observe({ stage: 'response', response }));
  const attempt = async (signal: AbortSignal) => {
    // The time of this attempt: earlier attempts may have taken longer than the token lives.
    const requestedAt = clock.now();
    const response = await server.requestToken({ metadata, document, signal, received }, request);
    return { requestedAt, response };
  };
  const { tokenEndpoint: endpoint } = metadata;
  const guarded = { name: 'token', endpoint, document, deadline, patience } as const;
  return await guardedRequest({ clock, breaker, retrying }, guarded, attempt);
}
