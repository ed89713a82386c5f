/**
 * The header `Authorization` of HTTP Basic for a client (RFC 6749 section 2.3.1): both values in the
 * application/x-www-form-urlencoded form of the WHATWG URL standard. It leaves `*-._` as they are,
 * because some servers do not decode, and ids such as UUIDs contain them.
 */
export function basicAuthorization(clientId: string, clientSecret: string): string {
  const pair = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function formEncode(value: string): string {
  return new URLSearchParams({ '': value }).toString().slice(1);
}
