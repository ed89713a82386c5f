import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import type { VendError } from '../../../lib/errors/vend-error.ts';
import type { GrantRequest } from '../../../lib/grant/authorization-server.ts';
import type { CheckedToken } from '../../../lib/grant/check.ts';
import { Grants } from '../../../lib/grant/grants.ts';
import { openJoseVerifier } from '../../../lib/grant/jose.ts';
import { openOpenidClient } from '../../../lib/grant/openid-client.ts';
import type { HttpsTransport } from '../../../lib/http/https-transport.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { FakeClock } from '../fake-clock.ts';
import { DOCUMENT, METADATA } from '../fake-ports.ts';
import { publishedJwk } from './signed-token.ts';
import { UnderWay } from './under-way.ts';

/** Bodies of the responses of a server, as text. Absent: those of a server that follows the standards. */
export interface Bodies {
  readonly metadata?: string;
  readonly keys?: string;
  readonly token: string;
  /** Content type of the token response. */
  readonly type?: string;
}

export interface Obtained {
  readonly token?: CheckedToken;
  /** Whatever was thrown. */
  readonly error?: VendError;
  /** URLs that the credential was sent to. */
  readonly presentedTo: readonly URL[];
  /** Milliseconds at the response. */
  readonly now: number;
}

const KEYS = JSON.stringify({ keys: [publishedJwk('ES256')] });

/** Obtains a token with the adapters of the grant from a server with these bodies. */
export async function obtainFrom(
  { metadata = JSON.stringify(METADATA), keys = KEYS, token, type = 'application/json' }: Bodies,
  document: object,
  request: GrantRequest,
): Promise<Obtained> {
  const clock = new FakeClock();
  const underWay = new UnderWay();
  const presentedTo: URL[] = [];
  const transport: HttpsTransport = async (url, { method }) => {
    if (method === 'POST') presentedTo.push(url);
    const body = method === 'POST' ? token : url.pathname.includes('well-known') ? metadata : keys;
    return { status: 200, headers: { 'content-type': type }, body };
  };
  const grants = new Grants({
    clock,
    server: underWay.count(openOpenidClient(transport)),
    verifier: underWay.count(openJoseVerifier(transport, clock)),
    urls: { allowLoopbackHttp: false },
  });
  const parsed = parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...document }), {
    allowLoopbackHttp: false,
  });
  using deadline = new Deadline(clock, 8_000, upstreamTimeout);
  const work = grants.obtain(parsed, request, { deadline });
  const outcome = await clock
    .runUntilDone(work, () => underWay.isBusy)
    .then(
      (grant) => ({ token: grant.token }),
      (error) => ({ error }),
    );
  return { ...outcome, presentedTo, now: clock.now() };
}
