import type { TokenOptions } from '../../client/token-client.ts';
import { splitScope } from '../../lib/credential/scope.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { malformed, parseForm } from '../../lib/http/form.ts';
import type { VendedToken } from '../../lib/http/wire.ts';
import { readClientClaim } from './client-authentication.ts';
import { LoopbackError } from './loopback-error.ts';
import type { OneTimeClient } from './one-time-client.ts';

/** The values of a request that names none, and how long a token must still live. */
export type TokenDefaults = Pick<TokenOptions, 'scope' | 'audience' | 'resource' | 'minTtl'>;

/** A request at the token endpoint. */
export interface FormRequest {
  /** Without `?`. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PARAMETERS = {
  grant_type: 'once',
  client_id: 'once',
  client_secret: 'once',
  client_assertion: 'once',
  client_assertion_type: 'once',
  scope: 'once',
  audience: 'repeatable',
  resource: 'repeatable',
  rejected_token_sha256: 'once',
} as const;

/**
 * Reads a client-credentials request (RFC 6749 section 4.4.2; `audience`, and `resource` of RFC
 * 8707, may be repeated; `rejected_token_sha256`). Other parameters are ignored. The vending endpoint
 * checks the values.
 *
 * @throws VendError `request_malformed` naming the parameter, `grant_unsupported`
 * @throws LoopbackError `client_unauthenticated`
 */
export function readTokenRequest(
  request: FormRequest,
  client: OneTimeClient,
  defaults: TokenDefaults,
): TokenOptions {
  const form = parseForm(request, PARAMETERS, { ignoresUnknown: true });
  if (form.client_assertion.length > 0) throw new LoopbackError('client_unauthenticated');
  const body = { id: form.client_id[0], secret: form.client_secret[0] };
  const { id, secret } = readClientClaim(request.headers['authorization'], body);
  if (!client.isRight(id, secret)) throw new LoopbackError('client_unauthenticated');
  const grantType = form.grant_type[0];
  if (grantType === undefined) throw malformed('grant_type is missing');
  if (grantType !== 'client_credentials') throw new VendError('grant_unsupported');
  const scope = splitScope(form.scope[0] ?? '');
  return {
    credential: id,
    scope: scope.length > 0 ? scope : defaults.scope,
    audience: form.audience.length > 0 ? form.audience : defaults.audience,
    resource: form.resource.length > 0 ? form.resource : defaults.resource,
    minTtl: defaults.minTtl,
    rejected: readSha256(form.rejected_token_sha256[0]),
  };
}

function readSha256(text: string | undefined): string | undefined {
  if (text === undefined || /^[0-9a-f]{64}$/.test(text)) return text;
  throw malformed('rejected_token_sha256 must be 64 lower-case hex digits');
}

/**
 * The response of RFC 6749 section 5.1, with the ids of the audit log. It has no `expires_at`,
 * which is by the clock of the endpoint: clients would trust it more than `expires_in`, which is
 * right by any clock.
 */
export function toTokenResponse(token: VendedToken): Record<string, unknown> {
  const { access_token, token_type, expires_in, scope, credential, mint_id, vend_id, source } =
    token;
  return {
    access_token,
    token_type,
    expires_in,
    // A scope has at least one token (section 3.3), so an empty scope is left out.
    scope: scope === '' ? undefined : scope,
    credential,
    mint_id,
    vend_id,
    source,
  };
}
