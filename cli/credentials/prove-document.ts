import { openProxies } from '../../client/proxy-agent.ts';
import { findJsonObject } from '../../lib/credential/document-text.ts';
import { upstreamTimeout } from '../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import type { Revocation } from '../../lib/grant/authorization-server.ts';
import { NOTHING_REQUESTED, withinCeiling } from '../../lib/grant/ceiling.ts';
import { cleanFinding, secretsOf } from '../../lib/grant/clean-finding.ts';
import { type FailedGrant, failedGrantOf } from '../../lib/grant/failed-grant.ts';
import type { GrantFinding } from '../../lib/grant/grant-finding.ts';

import { stagesOf } from '../../lib/grant/grant-stages.ts';
import { Grants } from '../../lib/grant/grants.ts';
import { openJoseVerifier } from '../../lib/grant/jose.ts';
import { openOpenidClient } from '../../lib/grant/openid-client.ts';
import type { GrantStages } from '../../lib/http/grant-stages.ts';
import { type HttpsTransport, openHttpsTransport } from '../../lib/http/https-transport.ts';
import { Deadline } from '../../lib/time/deadline.ts';
import { leaveOnAbort } from '../../lib/time/leave-on-abort.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { GRANT_TIMEOUT } from '../../lib/time/time-budget.ts';
import { CommandError } from '../command-error.ts';
import { describeSuggestions } from './describe-suggestions.ts';
import type { Operator } from './operator.ts';
import { openOperatorAssertions } from './operator-assertions.ts';
import { checkDocument } from './stored-document.ts';

/** The token that was obtained with a document, without the token itself. */
export interface Proof {
  readonly trace: GrantStages;
  readonly authMethod: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly scope: readonly string[];
  /** Scopes that the server added and the document expects. */
  readonly implicitScope: readonly string[];
  /** Empty if the token is opaque or names none. */
  readonly audience: readonly string[];
  /** `failed`: the server did not revoke the token, though it offers that. */
  readonly revocation: Revocation | 'failed';
}

/** No token was obtained with a document. */
export class ProofFailed extends CommandError {
  readonly failed: FailedGrant;
  /** Whether AWS KMS does not permit the user to sign. The function may be permitted. */
  readonly isKeyDenied: boolean;

  constructor(failed: FailedGrant, isKeyDenied: boolean) {
    const { code, message, advice } = failed.error;
    const lines = [
      `No token can be obtained with the document: ${message} (${code})`,
      advice,
      ...describeSuggestions(failed.suggestions),
    ];
    super(8, lines.join('\n  '));
    this.failed = failed;
    this.isKeyDenied = isKeyDenied;
  }
}

/**
 * Obtains one token with a document, on this machine and by the same grant as in the function.
 * Revokes the token if the server supports that.
 *
 * An interrupt ends every request for metadata, token and keys at once. Only the revocation of a
 * token that was already obtained is still sent. It keeps the process alive for at most 8 s.
 *
 * @param text of the document
 * @throws ProofFailed with the stage, code, reason and remedy; CommandError 9 if the document is
 *   invalid; the `reason` of `signal`
 */
export async function proveDocument(
  text: string,
  operator: Pick<Operator, 'reading' | 'signal' | 'aws'>,
): Promise<Proof> {
  const { signal } = operator;
  signal.throwIfAborted();
  return await leaveOnAbort(prove(text, operator), signal);
}

async function prove(
  text: string,
  operator: Pick<Operator, 'reading' | 'signal' | 'aws'>,
): Promise<Proof> {
  const { reading, signal } = operator;
  const transport = openHttpsTransport({ proxies: openProxies() });
  const grants = new Grants({
    clock: systemClock,
    server: openOpenidClient(transport, openOperatorAssertions(operator)),
    verifier: openJoseVerifier(endingOnAbort(transport, signal)),
    urls: reading,
  });
  using deadline = new Deadline(systemClock, GRANT_TIMEOUT, upstreamTimeout, signal);
  const document = checkDocument(text, reading);
  const findings: GrantFinding[] = [];
  const observe = (finding: GrantFinding) => void findings.push(finding);
  try {
    const request = withinCeiling(NOTHING_REQUESTED, document);
    const { token } = await grants.obtain(document, request, { deadline, observe });
    const { accessToken, expiresAt, scope, implicitScope = [], audience } = token;
    // Also after an interrupt: nobody uses this token.
    using grace = new Deadline(systemClock, GRANT_TIMEOUT, upstreamTimeout);
    const revocation = grants.revoke(document, accessToken, { deadline: grace });
    return {
      trace: stagesOf(findings, document),
      authMethod: document.authentication.method,
      lifetime: Math.floor((expiresAt - systemClock.now()) / 1000),
      ...cleanFinding({ scope, implicitScope, audience }, secretsOf(document.authentication)),
      revocation: await revocation.catch(() => 'failed' as const),
    };
  } catch (thrown) {
    const error = VendError.from(thrown);
    const { code, detail } = error;
    throw new ProofFailed(
      failedGrantOf(error, findings, document, findJsonObject(text) ?? {}),
      code === 'credential_invalid' && detail === 'AccessDeniedException',
    );
  }
}

// Several requests share the reading of a key set, so the signal of one request does not end it.
function endingOnAbort(transport: HttpsTransport, signal: AbortSignal): HttpsTransport {
  return (url, request) =>
    transport(url, { ...request, signal: AbortSignal.any([request.signal, signal]) });
}
