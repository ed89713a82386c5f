import { Credential } from '../credential.ts';
import type { Offers } from '../server.ts';
import { outcomeOf, type Situation } from '../situation.ts';

// EdDSA first: after it, Hydra says of each JWT that it is inactive.
const SIGNING_ALGORITHMS = ['EdDSA', 'RS256', 'PS256', 'ES256', 'ES384', 'ES512'];

const stateOf = ({ active }: { active: boolean }) => (active ? 'active' : 'inactive');
const introspects = ({ introspection }: Offers) => introspection;
const hasFormat = (format: 'jwt' | 'opaque') => (offers: Offers) =>
  offers.tokenFormats.includes(format);

/** Tokens: their forms, introspection and revocation. */
export const tokens: readonly Situation[] = [
  ...SIGNING_ALGORITHMS.map(
    (algorithm): Situation => ({
      name: `a token signed by ${algorithm}`,
      isOffered: ({ signingAlgorithms }) => signingAlgorithms.includes(algorithm),
      expected: 'vended, active',
      run: async (world) => {
        await world.server.rotateSigningKey(algorithm);
        const credential = await Credential.add(world, { tokenFormat: 'jwt' });
        const { access_token } = await credential.vend();
        return `vended, ${stateOf(await credential.introspect(access_token))}`;
      },
    }),
  ),
  {
    name: 'an opaque token',
    isOffered: hasFormat('opaque'),
    expected: 'vended',
    run: async (world) => {
      const credential = await Credential.add(world, { tokenFormat: 'opaque' });
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'introspection of a JWT',
    isOffered: hasFormat('jwt'),
    expected: 'active',
    run: async (world) => {
      const credential = await Credential.add(world, { tokenFormat: 'jwt' });
      const { access_token } = await credential.vend();
      return stateOf(await credential.introspect(access_token));
    },
  },
  {
    name: 'introspection of an opaque token',
    isOffered: (offers) => hasFormat('opaque')(offers) && introspects(offers),
    expected: 'active',
    run: async (world) => {
      const credential = await Credential.add(world, { tokenFormat: 'opaque' });
      const { access_token } = await credential.vend();
      return stateOf(await credential.introspect(access_token));
    },
  },
  {
    name: 'introspection of the token of another client',
    isOffered: (offers) => hasFormat('jwt')(offers) && !offers.anonymousTokens,
    expected: 'inactive',
    run: async (world) => {
      const credential = await Credential.add(world, { tokenFormat: 'jwt' });
      const other = await Credential.add(world, { tokenFormat: 'jwt' });
      const { access_token } = await other.vend();
      return stateOf(await credential.introspect(access_token));
    },
  },
];
