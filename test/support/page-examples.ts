import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openCertificateAuthority } from '../../local/certificate-authority.ts';

/** The text of a page of docs/. */
export const docsPage = (name: string) =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** The JSON of each section of a page that has some. */
export function examplesOf(name: string): [section: string, json: Record<string, unknown>][] {
  const sections = docsPage(name).split(/^## /m).slice(1);
  return sections.flatMap((text) =>
    [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(
      ([, json = '']): [string, Record<string, unknown>] => [
        text.split('\n')[0] as string,
        JSON.parse(json),
      ],
    ),
  );
}

/** Fills in the keys and certificates of an example. Pages have none, not even ones that nobody uses. */
export type KeyFiller = (
  document: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

/** @param jwk default: a new key */
export async function makeKeyFiller(jwk: object = newJwk()): Promise<KeyFiller> {
  const authority = await openCertificateAuthority('example');
  const { certificate, key } = await authority.issue({ subject: 'CN=orders', usage: 'client' });
  const made: Readonly<Record<string, unknown>> = {
    private_key_jwk: jwk,
    tls_client_certificate: certificate,
    tls_client_key: key,
  };
  return (document) =>
    Object.fromEntries(
      Object.entries(document).map(([name, value]) => [name, made[name] ?? value]),
    );
}

function newJwk(): object {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'jwk' });
}
