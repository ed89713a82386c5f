import * as v from 'valibot';

const RULE =
  'must be a private JWK for RS256, PS256 (RSA), ES256 (EC P-256) or EdDSA (OKP Ed25519), with its private members';
const base64Url = v.pipe(v.string(RULE), v.regex(/^[A-Za-z0-9_-]{1,2048}$/, RULE));

const described = {
  kid: v.optional(v.pipe(v.string(RULE), v.maxLength(256, RULE))),
  use: v.optional(v.literal('sig', RULE)),
  key_ops: v.optional(v.array(v.string(RULE), RULE)),
};

const rsa = v.strictObject({
  ...described,
  kty: v.literal('RSA'),
  alg: v.optional(v.picklist(['RS256', 'PS256'], RULE), 'RS256'),
  n: base64Url,
  e: base64Url,
  d: base64Url,
  p: base64Url,
  q: base64Url,
  dp: base64Url,
  dq: base64Url,
  qi: base64Url,
});

const ec = v.strictObject({
  ...described,
  kty: v.literal('EC'),
  alg: v.optional(v.literal('ES256', RULE), 'ES256'),
  crv: v.literal('P-256', RULE),
  x: base64Url,
  y: base64Url,
  d: base64Url,
});

const okp = v.strictObject({
  ...described,
  kty: v.literal('OKP'),
  alg: v.optional(v.picklist(['EdDSA', 'Ed25519'], RULE), 'EdDSA'),
  crv: v.literal('Ed25519', RULE),
  x: base64Url,
  d: base64Url,
});

/** A private signing key (RFC 7517, RFC 7518, RFC 8037) of a kind that `private_key_jwt` may use here. */
export const privateKeyJwkSchema = v.variant('kty', [rsa, ec, okp], RULE);

export type PrivateKeyJwk = v.InferOutput<typeof privateKeyJwkSchema>;
