import type { ClientAuthentication } from '../credential/client-authentication.ts';
import { printable } from '../errors/printable.ts';

const LONGEST = 500;
const MOST = 50;

/** The secrets of a document, as texts that no output may contain. */
export function secretsOf(authentication: ClientAuthentication): readonly string[] {
  if ('clientSecret' in authentication) return [authentication.clientSecret];
  if ('clientCertificate' in authentication) return [authentication.clientCertificate.key];
  if (authentication.source !== 'document') return [];
  // Shorter texts are words such as the name of a curve.
  const { members } = authentication.privateKeyJwk;
  return Object.values(members).filter((text) => text.length > 16);
}

/**
 * What a server sent, ready to be shown: printable, of bounded length, and without the secrets of
 * the document, which a server may repeat.
 */
export function cleanText(text: string, secrets: readonly string[]): string {
  const hidden = secrets.reduce((rest, secret) => rest.replaceAll(secret, '(secret)'), text);
  return printable(hidden.length > LONGEST ? `${hidden.slice(0, LONGEST)}...` : hidden);
}

/** As {@link cleanText}, for every text of a JSON value, names of members included. */
export function cleanFinding<T>(value: T, secrets: readonly string[]): T {
  return clean(value, secrets) as T;
}

function clean(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return cleanText(value, secrets);
  if (Array.isArray(value)) return value.slice(0, MOST).map((one) => clean(one, secrets));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).slice(0, MOST);
  return Object.fromEntries(
    members.map(([name, one]) => [cleanText(name, secrets), clean(one, secrets)]),
  );
}
