import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A secret in every encoding in which it could leak. */
export function encodingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [
    secret,
    base64,
    // The tail of base64 depends on what follows the secret.
    base64.slice(0, Math.floor(bytes.length / 3) * 4),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ].filter((text) => text.length >= 8);
}

/**
 * The secrets that the text contains, by position in the list. The secrets themselves are not
 * repeated.
 */
export function findCanaries(text: string, secrets: readonly string[]): number[] {
  return secrets.flatMap((secret, at) =>
    encodingsOf(secret).some((form) => text.includes(form)) ? [at] : [],
  );
}

/** The secrets of a credential document; of a text that is none, nothing. */
export function secretsOfDocument(text: string): string[] {
  let document: Readonly<Record<string, unknown>>;
  try {
    document = JSON.parse(text) ?? {};
  } catch {
    return [];
  }
  const { client_secret, private_key_jwk, tls_client_key } = document;
  const { d } = (private_key_jwk ?? {}) as { d?: unknown };
  const secrets = [client_secret, d].filter((secret) => typeof secret === 'string');
  return typeof tls_client_key === 'string' ? [...secrets, ...partsOfPem(tls_client_key)] : secrets;
}

/**
 * The forms in which PEM (RFC 7468) could leak: as it is, without its first and last lines, and
 * without line breaks. Each line of base64 counts by itself, whatever separates them. The last one
 * does not: in a key of a curve it is the public key.
 */
export function partsOfPem(pem: string): string[] {
  const lines = pem.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('-----'));
  return [pem.trim(), lines.join(''), ...lines.slice(0, -1)];
}

const MASKS = ['**', '..', '…', '••'];

/**
 * The secrets whose start or end the text contains, for example if only the middle is masked. Six
 * characters do not occur by chance. Four do, so they count only beside a mask.
 */
export function findEnds(text: string, secrets: readonly string[]): number[] {
  return secrets.flatMap((secret, at) => {
    const masked = MASKS.flatMap((mask) => [secret.slice(0, 4) + mask, mask + secret.slice(-4)]);
    const ends = [secret.slice(0, 6), secret.slice(-6), ...masked];
    return ends.some((end) => text.includes(end)) ? [at] : [];
  });
}

/** Every file below a directory, with its text. */
export async function readAllFiles(directory: string): Promise<{ file: string; text: string }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return { file: path.relative(directory, file), text: await readFile(file, 'utf8') };
      }),
  );
}
