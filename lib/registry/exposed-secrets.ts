import { SECRET_MEMBERS } from '../credential/document-schema.ts';
import type { DocumentJson } from '../credential/profile-rules.ts';
import { isJsonObject, type JsonObject } from '../http/json.ts';

/**
 * What a private key or a token looks like: PEM (RFC 7468), its base64 without the lines around it
 * (PKCS #8 and PKCS #1 begin with the version 0), JWK (RFC 7517), JWS and JWE (RFC 7515).
 */
const SECRETS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bM(?:II[\w+/]{3}IBA[AD]|I[GH][\w+/]AgE[AB]|C4CAQAwBQYDK2Vw|HcCAQEE)/,
  /"(?:d|k)"\s*:\s*"[\w-]{16,}"/,
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/,
];
const PEM = /-----BEGIN /;
const LONG = 16;
/** The private members of a JWK (RFC 7518 section 6). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * The public members of a document that contain what looks like a secret, or the value of a secret
 * member. Whoever may describe the credential reads public members.
 */
export function findExposedSecrets(document: DocumentJson): string[] {
  const secrets = Object.entries(document)
    // The ids of secrets at a server may also be parameters of a rotation.
    .filter(([member]) => SECRET_MEMBERS.includes(member) && member !== 'rotation_state')
    .flatMap(([, value]) => textsOf(isJsonObject(value) ? privatePartOf(value) : value))
    // Shorter texts are words.
    .filter((text) => text.length >= 8);
  return Object.entries(document)
    .filter(([member]) => !SECRET_MEMBERS.includes(member))
    .filter(([member, value]) => {
      const texts = textsOf(value);
      return texts.some((text) => looksSecret(member, text) || holdsAny(text, secrets));
    })
    .map(([member]) => member);
}

/** A long secret is also found in a text, such as a URL. */
function holdsAny(text: string, secrets: readonly string[]): boolean {
  return secrets.some(
    (secret) => text === secret || (secret.length >= LONG && text.includes(secret)),
  );
}

// A kid is often the id of the client.
function privatePartOf(jwk: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(jwk).filter(([member]) => PRIVATE.includes(member)));
}

function looksSecret(member: string, text: string): boolean {
  if (SECRETS.some((pattern) => pattern.test(text))) return true;
  return member !== 'tls_client_certificate' && PEM.test(text);
}

/** Every text in a JSON value. An object is also one text, because it may be a key. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [JSON.stringify(value), ...Object.values(value).flatMap(textsOf)];
}
