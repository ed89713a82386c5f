import { Credential } from '../credential.ts';
import { metadataUrl, readMetadata } from '../metadata.ts';
import type { IssuerForm, MetadataPath } from '../server.ts';
import { outcomeOf, type Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

const FORMS: Readonly<Record<IssuerForm, string>> = {
  root: 'an issuer without a path',
  path: 'an issuer with a path',
  slash: 'an issuer that ends with a slash',
};
const PATHS: readonly MetadataPath[] = ['openid-configuration', 'oauth-authorization-server'];

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
