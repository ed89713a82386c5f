import { isLoopback } from '../http/endpoint-url.ts';

/** What every API of Hii Retail expects in `aud`; a token without it is issued all the same, and refused by every API. */
export const HIIRETAIL_AUDIENCE = 'https://hiiretail.com';

const LIVE_HOST = 'auth.retailsvc.com';
const TEST_HOST = 'auth.retailsvc-test.com';

/** What an OCMS client id says about itself. */
export interface OcmsClient {
  readonly tenantId: string;
  readonly softwareId: string;
  readonly softwareVersion: string;
}

/**
 * Reads tenant and software from an OCMS client id: base64url without padding of `key: value` lines, among them
 * `sfw: <softwareId>@<softwareVersion>[@<tenantId>]` and `tid: <tenantId>`.
 *
 * @returns `undefined` where the id is not of that form; OCMS does not promise it
 */
export function readOcmsClientId(clientId: string): OcmsClient | undefined {
  const claims = new Map<string, string>();
  for (const line of Buffer.from(clientId, 'base64url').toString().split('\n')) {
    const [, key, value] = /^(\w+): (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) claims.set(key, unquote(value));
  }
  const tenantId = claims.get('tid');
  const [softwareId, softwareVersion] = claims.get('sfw')?.split('@') ?? [];
  if (!tenantId || !softwareId || !softwareVersion) return undefined;
  return { tenantId, softwareId, softwareVersion };
}

// Strings that look numeric are quoted in the id.
function unquote(value: string): string {
  return value.replace(/^(['"])(.*)\1$/, '$2');
}

/**
 * The rule that an issuer breaks, in words, or `undefined`: tokens do not work across environments, and the only
 * documented sign of a test tenant is the literal suffix `test` of its id.
 */
export function findEnvironmentProblem(issuer: URL, clientId: string): string | undefined {
  if (isLoopback(issuer.hostname)) return undefined;
  if (issuer.hostname !== LIVE_HOST && issuer.hostname !== TEST_HOST) {
    return `issuer must be https://${LIVE_HOST} or https://${TEST_HOST} with profile hiiretail`;
  }
  const tenantId = readOcmsClientId(clientId)?.tenantId;
  if (tenantId === undefined) return undefined;
  const right = tenantId.endsWith('test') ? TEST_HOST : LIVE_HOST;
  return issuer.hostname === right
    ? undefined
    : `issuer must be https://${right} for the tenant that client_id names`;
}
