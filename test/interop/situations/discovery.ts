import { Credential } from '../credential.ts';
import type { IssuerForm, MetadataPath } from '../server.ts';
import { outcomeOf, type Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

const FORMS: Readonly<Record<IssuerForm, string>> = {
  root: 'an issuer without a path',
  path: 'an issuer with a path',
  slash: 'an issuer that ends with a slash',
};
const PATHS: readonly MetadataPath[] = ['openid-configuration', 'oauth-authorization-server'];

/** The URL of the metadata (OpenID Connect Discovery section 4, RFC 8414 section 3.1). */
function metadataUrl(issuer: string, kind: MetadataPath): URL {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return kind === 'openid-configuration'
    ? new URL(`${path}/.well-known/${kind}`, origin)
    : new URL(`/.well-known/${kind}${path}`, origin);
}

/** A new process has no metadata, and the server does not have the metadata of these kinds. */
async function vendWithout(
  world: InteropWorld,
  credential: Credential,
  kinds: readonly MetadataPath[],
): Promise<string> {
  const { hidden } = world.front;
  await world.system.function.restart();
  for (const kind of kinds) hidden.add(metadataUrl(credential.members.issuer, kind).pathname);
  try {
    return await outcomeOf(() => credential.vend());
  } finally {
    hidden.clear();
  }
}

async function readMetadata(world: InteropWorld, issuer: string): Promise<Record<string, string>> {
  const [kind = 'openid-configuration'] = world.definition.offers.metadata;
  const response = await fetch(metadataUrl(issuer, kind));
  return (await response.json()) as Record<string, string>;
}

/** Issuers and metadata. */
export const discovery: readonly Situation[] = [
  ...(['root', 'path', 'slash'] as const).map(
    (form): Situation => ({
      name: FORMS[form],
      isOffered: ({ issuers }) => issuers.includes(form),
      expected: 'vended',
      run: async (world) => {
        const credential = await Credential.add(world, { issuer: form });
        return await outcomeOf(() => credential.vend());
      },
    }),
  ),
  {
    name: 'an issuer with a slash too many or too few in the document',
    expected: 'upstream_invalid',
    run: async (world) => {
      const [form = 'root'] = world.definition.offers.issuers;
      const issuer = world.server.issuer(form);
      const other = issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`;
      const credential = await Credential.add(world, {}, { issuer: other });
      return await outcomeOf(() => credential.vend());
    },
  },
  ...PATHS.map(
    (kind): Situation => ({
      name: `metadata only by ${kind}`,
      isOffered: ({ metadata }) => metadata.includes(kind),
      expected: 'vended',
      run: async (world) => {
        const credential = await Credential.add(world);
        return await vendWithout(
          world,
          credential,
          PATHS.filter((other) => other !== kind),
        );
      },
    }),
  ),
  {
    name: 'no metadata, endpoints in the document',
    expected: 'vended',
    run: async (world) => {
      const credential = await Credential.add(world);
      const { token_endpoint, jwks_uri } = await readMetadata(world, credential.members.issuer);
      await credential.store({ token_endpoint, jwks_uri });
      return await vendWithout(world, credential, PATHS);
    },
  },
];
