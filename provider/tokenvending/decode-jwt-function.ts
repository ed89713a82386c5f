import { FunctionError } from '../framework/diagnostics/diagnostic-error.ts';
import { defineFunction, parameter } from '../framework/dispatch/provider-function.ts';
import { dynamic, object, string } from '../framework/schema/type.ts';
import { type Json, parseJson } from '../framework/values/json-decode.ts';
import { jsonToDynamic } from '../framework/values/json-dynamic.ts';

export const decodeJwtFunction = defineFunction({
  summary: 'Reads a JWT without verifying it.',
  description:
    'Reads header and claims of a JWT (RFC 7519), for assertions and outputs. **It verifies nothing**, neither the signature nor the lifetime.',
  parameters: [parameter('token', string, 'A JWT in compact form, such as an access token.')],
  returns: object({ header: dynamic, claims: dynamic }),
  call([token]) {
    const [header, claims, signature, ...more] = token.split('.');
    if (header === undefined || claims === undefined || signature === undefined || more.length > 0)
      throw notJwt();
    return { header: jsonToDynamic(decode(header)), claims: jsonToDynamic(decode(claims)) };
  },
});

function decode(part: string): Json {
  try {
    const json = parseJson(Buffer.from(part, 'base64url'));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  } catch {
    // The message must not contain the text of the token.
  }
  throw notJwt();
}

function notJwt(): FunctionError {
  return new FunctionError(
    'token is not a JWT: it needs three parts of base64url, and the first two must be JSON objects',
    0,
  );
}
