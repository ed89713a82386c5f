import { Credential, keyPair, newSecret } from '../credential.ts';
import { type ClientMethod, type Offers, RSA_AND_EC_ALGORITHMS } from '../server.ts';
import { outcomeOf, refused, type Situation } from '../situation.ts';

const SECRET_METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'] as const;
const KEY_ALGORITHMS = [...RSA_AND_EC_ALGORITHMS, 'EdDSA'];
// Twice, for servers that demand 32 characters for HMAC.
const HARD_SECRET = `:%+/~._- '"!*()&=?#\\ $`.repeat(2);
const BEYOND_ASCII = `${HARD_SECRET}äü€`;

const offersMethod = (method: ClientMethod) => ({
  isOffered: ({ methods }: { methods: readonly ClientMethod[] }) => methods.includes(method),
});

const decodes = (method: ClientMethod, { literalBasic = false }: Offers) =>
  method !== 'client_secret_basic' || !literalBasic;

/** Each way in which a client authenticates. */
export const authentication: readonly Situation[] = [
  ...SECRET_METHODS.flatMap((method): Situation[] => [
    {
      name: method,
      ...offersMethod(method),
      expected: 'vended',
      run: async (world) => {
        const credential = await Credential.add(world, { method });
        return await outcomeOf(() => credential.vend());
      },
    },
    {
      name: `${method}, a secret of hard characters`,
      isOffered: (offers) => offers.methods.includes(method) && decodes(method, offers),
      expected: 'vended',
      run: async (world) => {
        const credential = await Credential.add(world, { method, secret: HARD_SECRET });
        return await outcomeOf(() => credential.vend());
      },
    },
    {
      name: `${method}, a secret with characters beyond ASCII`,
      isOffered: (offers) =>
        offers.methods.includes(method) && offers.secretsBeyondAscii && decodes(method, offers),
      expected: 'vended',
      run: async (world) => {
        const credential = await Credential.add(world, { method, secret: BEYOND_ASCII });
        return await outcomeOf(() => credential.vend());
      },
    },
    {
      name: `${method}, a wrong secret`,
      ...offersMethod(method),
      expected: refused('client', 'credential_refused'),
      run: async (world) => {
        const wrong = { client_secret: newSecret() };
        const credential = await Credential.add(world, { method }, wrong);
        return await outcomeOf(() => credential.vend());
      },
    },
  ]),
  ...KEY_ALGORITHMS.map(
    (algorithm): Situation => ({
      name: `private_key_jwt, ${algorithm}`,
      isOffered: ({ methods, keyAlgorithms }) =>
        methods.includes('private_key_jwt') && keyAlgorithms.includes(algorithm),
      expected: 'vended',
      run: async (world) => {
        const credential = await Credential.add(world, { method: 'private_key_jwt', algorithm });
        return await outcomeOf(() => credential.vend());
      },
    }),
  ),
  {
    name: 'private_key_jwt, an Ed25519 key without alg',
    isOffered: ({ methods, keyAlgorithms }) =>
      methods.includes('private_key_jwt') && keyAlgorithms.includes('EdDSA'),
    expected: 'vended',
    run: async (world) => {
      const client = { method: 'private_key_jwt', algorithm: 'EdDSA' } as const;
      const credential = await Credential.add(world, client);
      const { alg: _, ...key } = credential.privateKey;
      await credential.store({ private_key_jwk: key });
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'private_key_jwt, a wrong key',
    ...offersMethod('private_key_jwt'),
    expected: refused('client', 'credential_refused'),
    run: async (world) => {
      const { privateKey } = await keyPair('RS256');
      const wrong = { private_key_jwk: privateKey };
      const credential = await Credential.add(world, { method: 'private_key_jwt' }, wrong);
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'an unknown client',
    expected: refused('client', 'credential_refused'),
    run: async (world) => {
      const credential = await Credential.add(world, {}, { client_id: 'nobody' });
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'a client that the server disabled',
    isOffered: ({ disabling }) => disabling,
    expected: refused('client', 'credential_refused'),
    run: async (world) => {
      const credential = await Credential.add(world);
      await world.server.disable(credential.members.client_id);
      return await outcomeOf(() => credential.vend());
    },
  },
];
