import { Credential, SCOPES } from '../credential.ts';
import { outcomeOf, refused, type Situation } from '../situation.ts';

const AUDIENCE = 'https://orders.example.com';
const OTHER_AUDIENCE = 'https://invoices.example.com';

/** Scopes and audiences. */
export const targets: readonly Situation[] = [
  {
    name: 'a scope that the caller names',
    isOffered: ({ scopes }) => scopes,
    expected: 'vended, only this scope of two',
    run: async (world) => {
      const credential = await Credential.add(world);
      const { scope = '' } = await credential.vend({ scope: ['orders:read'] });
      const granted = scope.split(' ').filter((one) => SCOPES.includes(one as 'orders:read'));
      return granted.join(' ') === 'orders:read' ? 'vended, only this scope of two' : scope;
    },
  },
  {
    name: 'no scope',
    expected: 'vended',
    run: async (world) => {
      const credential = await Credential.add(world);
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'a default scope of the credential document',
    isOffered: ({ scopes }) => scopes,
    expected: 'vended',
    run: async (world) => {
      const credential = await Credential.add(world, {}, { default_scope: SCOPES.join(' ') });
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'a scope that the document allows and the server does not',
    isOffered: ({ scopes }) => scopes,
    expected: refused('scope', 'scope_refused'),
    run: async (world) => {
      const scope = [...SCOPES, 'orders:admin'].join(' ');
      const credential = await Credential.add(world, {}, { scope });
      return await outcomeOf(() => credential.vend({ scope: ['orders:admin'] }));
    },
  },
  {
    name: 'an audience',
    isOffered: ({ audience }) => audience !== 'none',
    expected: 'vended, for this audience',
    run: async (world) => {
      const credential = await Credential.add(world, { audience: AUDIENCE });
      const { access_token } = await credential.vend();
      const introspection = await credential.introspect(access_token);
      const aud = introspection.active ? introspection.aud : 'inactive';
      return [aud].flat().includes(AUDIENCE) ? 'vended, for this audience' : `aud ${aud}`;
    },
  },
  {
    name: 'an audience that the document allows and the server does not',
    isOffered: ({ audience }) => audience !== 'none',
    // A server that ignores the parameter issues a token for another audience.
    expected: (offers) =>
      offers.audience === 'configured'
        ? 'token_unacceptable'
        : refused('audience', 'target_refused')(offers),
    run: async (world) => {
      const byResource = world.definition.offers.audience === 'resource';
      const wrong = byResource ? { resource: OTHER_AUDIENCE } : { audience: OTHER_AUDIENCE };
      const credential = await Credential.add(world, { audience: AUDIENCE }, wrong);
      return await outcomeOf(() => credential.vend());
    },
  },
];
