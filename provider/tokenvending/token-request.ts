import { findSeconds } from '../../client/duration.ts';
import type { TokenOptions } from '../../client/token-client.ts';
import type { VendedToken } from '../../lib/http/wire.ts';
import { LONGEST_MIN_TTL } from '../../lib/time/time-budget.ts';
import { isCredential, isDuration } from '../configuration/rules.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import type { Operation } from '../framework/dispatch/operation.ts';
import { optional } from '../framework/schema/attribute.ts';
import { list, set, string } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainError, tokenAttributes } from './explain-error.ts';

/** The attributes of every block that requests a token. */
export const tokenRequestAttributes = {
  credential: optional(string, {
    description:
      'Registered OAuth2 client, as `team/name`. Default: `credential` of the provider configuration.',
    rule: isCredential,
  }),
  scope: optional(set(string), {
    description: 'Scopes to request. Default: the default scopes of the credential.',
  }),
  audience: optional(list(string), {
    description: 'Audiences to request. Default: the first audience of the credential.',
  }),
  resource: optional(list(string), {
    description: 'Resources to request (RFC 8707). Default: the first resource of the credential.',
  }),
  min_ttl: optional(string, {
    description:
      'Minimum remaining lifetime of the token when it is issued. The token must outlive the run, so set the longest duration of the run. Default: any token that has not expired.',
    rule: isDuration(0, LONGEST_MIN_TTL / 1_000),
  }),
} as const;

export interface TokenRequestConfig {
  readonly credential: string | null;
  readonly scope: readonly string[] | null;
  readonly audience: readonly string[] | null;
  readonly resource: readonly string[] | null;
  readonly min_ttl: string | null;
}

/**
 * Requests a token from the endpoint.
 *
 * @throws DiagnosticError with any code of the endpoint or of the connection to it
 */
export async function requestToken(
  { client: { settings, tokens }, signal, warn }: Operation<Connection>,
  config: TokenRequestConfig,
): Promise<VendedToken> {
  const credential = config.credential ?? settings.credential;
  if (credential === undefined) throw missingCredential();
  const options: TokenOptions = {
    credential,
    scope: config.scope ?? [],
    audience: config.audience ?? [],
    resource: config.resource ?? [],
    minTtl: findSeconds(config.min_ttl ?? ''),
    signal,
  };
  const client = await tokens();
  try {
    const token = await client.getToken(options);
    if (token.advice !== undefined)
      warn({ summary: `The access token for ${credential} is not enough`, detail: token.advice });
    return token;
  } catch (error) {
    const doing = `No access token for ${credential}`;
    throw explainError(error, doing, tokenAttributes, attributesGiven(config));
  }
}

function attributesGiven(config: TokenRequestConfig): ReadonlySet<string> {
  const given = Object.entries(config).filter(([, value]) => value !== null);
  return new Set(given.map(([name]) => name));
}

function missingCredential(): DiagnosticError {
  return new DiagnosticError({
    summary: 'No credential is named',
    detail:
      'Set credential = "team/name" here, in the block of provider "tokenvending", or in TOKEN_VENDING_CREDENTIAL. `token-vending credentials` lists the credentials that you can see.',
  });
}
