import { openProxies } from '../../client/proxy-agent.ts';
import { type DocumentOptions, parseCredentialDocument } from '../../lib/credential/document.ts';
import { upstreamTimeout } from '../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { NOTHING_REQUESTED, withinCeiling } from '../../lib/grant/ceiling.ts';
import { Grants } from '../../lib/grant/grants.ts';
import { openJoseVerifier } from '../../lib/grant/jose.ts';
import { openOpenidClient } from '../../lib/grant/openid-client.ts';
import { type HttpsTransport, openHttpsTransport } from '../../lib/http/https-transport.ts';
import { Deadline } from '../../lib/time/deadline.ts';
import { leaveOnAbort } from '../../lib/time/leave-on-abort.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { GRANT_TIMEOUT } from '../../lib/time/time-budget.ts';
import { CommandError } from '../command-error.ts';
import type { Operator } from './operator.ts';

/** The token that was obtained with a document, without the token itself. */
export interface Proof {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly authMethod: string;
  /** Seconds. */
  readonly lifetime: number;
  /** Space-separated. */
  readonly scope: string;
  /** Whether the server revoked the token. */
  readonly revoked: boolean;
}

/**
 * Obtains one token with a document, on this machine and by the same grant as in the function.
 * Revokes the token if the server supports that.
 *
 * An interrupt ends every request for metadata, token and keys at once. Only the revocation of a
 * token that was already obtained is still sent. It keeps the process alive for at most 8 s.
 *
 * @param text of the document
 * @throws CommandError 8 with code, reason and remedy; the `reason` of `signal`
 */
export async function proveDocument(
  text: string,
  { reading, signal }: Pick<Operator, 'reading' | 'signal'>,
): Promise<Proof> {
  signal.throwIfAborted();
  return await leaveOnAbort(prove(text, reading, signal), signal);
}

async function prove(text: string, reading: DocumentOptions, signal: AbortSignal): Promise<Proof> {
  const transport = openHttpsTransport({ proxies: openProxies() });
  const grants = new Grants({
    clock: systemClock,
    server: openOpenidClient(transport),
    verifier: openJoseVerifier(endingOnAbort(transport, signal)),
    urls: reading,
  });
  using deadline = new Deadline(systemClock, GRANT_TIMEOUT, upstreamTimeout, signal);
  try {
    const document = parseCredentialDocument(text, reading);
    const request = withinCeiling(NOTHING_REQUESTED, document);
    const { token, metadata } = await grants.obtain(document, request, { deadline });
    const { accessToken, expiresAt, scope } = token;
    // Also after an interrupt: nobody uses this token.
    using grace = new Deadline(systemClock, GRANT_TIMEOUT, upstreamTimeout);
    const revocation = grants.revoke(document, accessToken, { deadline: grace });
    return {
      issuer: metadata.issuer,
      tokenEndpoint: metadata.tokenEndpoint,
      authMethod: document.authentication.method,
      lifetime: Math.floor((expiresAt - systemClock.now()) / 1000),
      scope: scope.join(' '),
      revoked: (await revocation.catch(() => 'failed')) === 'revoked',
    };
  } catch (error) {
    throw refused(VendError.from(error));
  }
}

// Several requests share the reading of a key set, so the signal of one request does not end it.
function endingOnAbort(transport: HttpsTransport, signal: AbortSignal): HttpsTransport {
  return (url, request) =>
    transport(url, { ...request, signal: AbortSignal.any([request.signal, signal]) });
}

function refused({ code, message, advice }: VendError): CommandError {
  return new CommandError(
    8,
    `No token can be obtained with the document: ${message} (${code})\n  ${advice}`,
  );
}
