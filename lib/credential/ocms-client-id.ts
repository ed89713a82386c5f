/** The members of an OCMS client id. */
export interface OcmsClient {
  readonly tenantId: string;
  readonly softwareId: string;
  readonly softwareVersion: string;
}

/**
 * Reads tenant and software from an OCMS client id: base64url without padding of `key: value`
 * lines, among them `sfw: <softwareId>@<softwareVersion>[@<tenantId>]` and `tid: <tenantId>`.
 *
 * @returns `undefined` if the id is not of that form, which OCMS does not guarantee
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
