import { malformed } from '../../lib/http/form.ts';
import { LoopbackError } from './loopback-error.ts';

/** The client that a request claims to come from. It is not verified yet. */
export interface ClientClaim {
  readonly id: string;
  readonly secret: string;
}

/**
 * Reads `client_secret_basic` or `client_secret_post` (RFC 6749 section 2.3.1).
 *
 * @param authorization the header
 * @param body `client_id` and `client_secret` of the form
 * @throws LoopbackError `client_unauthenticated`
 * @throws VendError `request_malformed` if both methods are used, or if they name two clients
 */
export function readClientClaim(
  authorization: string | undefined,
  body: { readonly id: string | undefined; readonly secret: string | undefined },
): ClientClaim {
  if (authorization === undefined) {
    const { id, secret } = body;
    if (id === undefined || secret === undefined) throw new LoopbackError('client_unauthenticated');
    return { id, secret };
  }
  const claim = readBasic(authorization);
  if (body.secret !== undefined)
    throw malformed('client_secret must not be in the body if there is an Authorization header');
  if (body.id !== undefined && body.id !== claim.id)
    throw malformed('client_id must be the same in the body and in the Authorization header');
  return claim;
}

function readBasic(authorization: string): ClientClaim {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+=*)$/i.exec(authorization)?.[1];
  const pair = Buffer.from(encoded ?? '', 'base64').toString();
  const colon = pair.indexOf(':');
  if (colon < 0) throw new LoopbackError('client_unauthenticated');
  return { id: decode(pair.slice(0, colon)), secret: decode(pair.slice(colon + 1)) };
}

// RFC 6749 section 2.3.1 requires form encoding of both. Clients that omit it, such as curl, mean the same: neither value
// contains % or +.
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new LoopbackError('client_unauthenticated');
  }
}
