import type { MetadataPath } from './server.ts';
import type { InteropWorld } from './world.ts';

/** The URL of the metadata (OpenID Connect Discovery section 4, RFC 8414 section 3.1). */
export function metadataUrl(issuer: string, kind: MetadataPath): URL {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return kind === 'openid-configuration'
    ? new URL(`${path}/.well-known/${kind}`, origin)
    : new URL(`/.well-known/${kind}${path}`, origin);
}

/** The metadata, as the server has it. */
export async function readMetadata(
  world: InteropWorld,
  issuer: string,
): Promise<Readonly<Record<string, string>>> {
  const [kind = 'openid-configuration'] = world.definition.offers.metadata;
  const response = await fetch(metadataUrl(issuer, kind));
  return (await response.json()) as Record<string, string>;
}
