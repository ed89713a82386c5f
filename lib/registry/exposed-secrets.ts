import { SECRET_MEMBERS } from '../credential/document-schema.ts';
import type { DocumentJson } from '../credential/profile-rules.ts';

/** What a private key or a token looks like: PEM (RFC 7468), JWK (RFC 7517), JWS and JWE (RFC 7515). */
const SECRETS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /"(?:d|k)"\s*:\s*"[\w-]{16,}"/,
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/,
];
const PEM = /-----BEGIN /;

/**
 * The public members of a document that contain what looks like a secret, or the value of a secret
 * member. Whoever may describe the credential reads public members.
 */
export function findExposedSecrets(document: DocumentJson): string[] {
  const secrets = Object.entries(document)
    .filter(([member]) => SECRET_MEMBERS.includes(member))
    .flatMap(([, value]) => textsOf(value))
    // Shorter texts are words such as the name of a curve.
    .filter((text) => text.length >= 8);
  return Object.entries(document)
    .filter(([member]) => !SECRET_MEMBERS.includes(member))
    .filter(([member, value]) => {
      const texts = textsOf(value);
      return texts.some((text) => looksSecret(member, text) || secrets.includes(text));
    })
    .map(([member]) => member);
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
