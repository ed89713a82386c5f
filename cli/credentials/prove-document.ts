import type { AuditEvent } from '../../lib/audit/event.ts';
import { openJoseVerifier } from '../../lib/grant/jose.ts';
import { openOpenidClient } from '../../lib/grant/openid-client.ts';
import { type HttpsTransport, openHttpsTransport } from '../../lib/http/https-transport.ts';
import type { HttpRequest } from '../../lib/http/messages.ts';
import type { ErrorResponse, VendedToken } from '../../lib/http/wire.ts';
import { leaveOnAbort } from '../../lib/time/leave-on-abort.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import { createVending, type Vending } from '../../lib/vending/vending.ts';
import { CommandFailed } from '../command-failed.ts';
import type { Operator } from './operator.ts';

/** What a document is good for: one token was obtained with it, and thrown away. */
export interface Proof {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly authMethod: string;
  /** Seconds. */
  readonly lifetime: number;
  /** Space-separated. */
  readonly scope: string;
  /** Whether the server took the token back. */
  readonly revoked: boolean;
}

/**
 * Obtains one token with a document, here and by the very checks of the function, and revokes it where the server offers that.
 *
 * An interrupt ends the wait and every request for metadata, token and keys at once. Only the revocation of a token that was obtained
 * by then is still sent; it keeps the process alive for 8 s at most.
 *
 * @param text of the document
 * @throws CommandFailed 8 with code, reason and remedy; the `reason` of `signal`
 */
export async function proveDocument(
  credential: string,
  text: string,
  { local, signal }: Pick<Operator, 'local' | 'signal'>,
): Promise<Proof> {
  signal.throwIfAborted();
  return await leaveOnAbort(prove(credential, text, local, signal), signal);
}

async function prove(
  credential: string,
  text: string,
  local: boolean,
  signal: AbortSignal,
): Promise<Proof> {
  const events: AuditEvent[] = [];
  const vending = openVending(text, local, events, signal);
  const issued = await serveRequest(vending, request('/oauth2/token', { credential }), signal);
  if (issued.status !== 200) throw refused(JSON.parse(issued.body) as ErrorResponse);
  const { access_token: token, expires_in, scope } = JSON.parse(issued.body) as VendedToken;
  await serveRequest(vending, request('/oauth2/revoke', { credential, token }));
  const mint = events.find((event) => event.kind === 'mint')?.mint;
  return {
    issuer: mint?.issuer ?? '',
    tokenEndpoint: mint?.tokenEndpoint ?? '',
    authMethod: mint?.authMethod ?? '',
    lifetime: expires_in,
    scope,
    revoked: events.some((event) => event.kind === 'revocation' && event.upstream === 'revoked'),
  };
}

/** A function for one document: whoever has it in hand needs no policy to use it, and nothing is handed over. */
function openVending(
  text: string,
  local: boolean,
  events: AuditEvent[],
  signal: AbortSignal,
): Vending {
  const transport = openHttpsTransport();
  const enabled = JSON.stringify({ ...JSON.parse(text), status: 'enabled' });
  return createVending(
    {
      clock: systemClock,
      stopwatch: () => performance.now(),
      policy: {
        version: '',
        decide: () => ({
          allowed: true,
          policies: [],
          unmet: [],
          advice: [],
          errors: [],
          policyVersion: '',
        }),
      },
      audit: {
        append: async (event) => {
          events.push(event);
        },
      },
      store: {
        read: async () => ({ text: enabled, versionId: 'candidate', writtenAt: 0 }),
        list: async () => [],
      },
      server: openOpenidClient(transport),
      verifier: openJoseVerifier(endingOnAbort(transport, signal)),
      reportFailure: () => undefined,
    },
    { urls: { allowLoopbackHttp: local }, listCredentials: false, troubleshootingUrl: '' },
  );
}

// A key set is read for whoever needs it, so that no request ends the reading of it.
function endingOnAbort(transport: HttpsTransport, signal: AbortSignal): HttpsTransport {
  return (url, request) =>
    transport(url, { ...request, signal: AbortSignal.any([request.signal, signal]) });
}

function request(
  path: string,
  { credential, token }: { credential: string; token?: string },
): HttpRequest {
  const form = new URLSearchParams({ client_id: credential });
  if (token !== undefined) form.set('token', token);
  else {
    form.set('grant_type', 'client_credentials');
    // The token is thrown away, so that any lifetime will do.
    form.set('min_ttl', '0');
  }
  return {
    method: 'POST',
    path,
    query: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    requestId: systemClock.uuid(),
    sourceIp: undefined,
    host: 'localhost',
    identity: {
      accountId: '000000000000',
      arn: 'arn:aws:iam::000000000000:user/operator',
      userId: 'operator',
      accessKeyId: undefined,
      organizationId: undefined,
    },
  };
}

function refused({ code, error_description, advice }: ErrorResponse): CommandFailed {
  return new CommandFailed(
    8,
    `The document obtains no token: ${error_description} (${code})\n  ${advice}`,
  );
}
