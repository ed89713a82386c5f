import { describe, expect, it } from '@jest/globals';
import type { AuditedAccess } from '../../../lib/audit/event.ts';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import type { Credential } from '../../../lib/credential/source.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import type { TokenExchange } from '../../../lib/grant/exchange.ts';
import type { Grant } from '../../../lib/grant/grants.ts';
import { Minter, type MinterParts } from '../../../lib/vending/minter.ts';
import type { Outcome } from '../../../lib/vending/outcome.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { contextOf } from '../../support/request-context.ts';

const credential: Credential = {
  id: { team: 'checkout', name: 'orders-api' },
  document: parseCredentialDocument(JSON.stringify(DOCUMENT), { allowLoopbackHttp: false }),
  versionId: 'v1',
  writtenAt: 0,
};
const access = { credential: 'checkout/orders-api' } as AuditedAccess;
const requested = { credential: credential.id, scope: [], audience: [], resource: [], minTtl: 0 };
const allowed = { access, requested, credential, grant: requested };
const granted = {
  token: { accessToken: 'canary', sha256: 'aa', expiresAt: 1, issuedAt: 0 },
  metadata: { issuer: DOCUMENT.issuer, tokenEndpoint: `${DOCUMENT.issuer}/token` },
} as Grant;

interface World {
  readonly order: string[];
  readonly outcomes: Outcome[];
  readonly minter: Minter;
}

function open(parts: Partial<MinterParts> = {}): World {
  const [order, outcomes]: [string[], Outcome[]] = [[], []];
  const minter = new Minter({
    clock: new FakeClock(),
    grants: {
      obtain: async (_document, _request, { announced }: TokenExchange) => {
        await announced;
        order.push('granted');
        return granted;
      },
    },
    versions: { present: async (one, _endpoint, _presenter, request) => await request(one) },
    usable: { admit: () => undefined },
    budgets: { spend: () => undefined },
    tokens: { recognize: (_key, token) => token, put: () => void order.push('cached') },
    recorder: {
      record: async (_request, outcome) => {
        order.push(outcome.kind);
        outcomes.push(outcome);
      },
    },
    ...parts,
  });
  return { order, outcomes, minter };
}

const mint = ({ minter }: World) => minter.mint(contextOf(), allowed, contextOf().signal);

describe('minter', () => {
  it('announces, obtains, caches and records, in this order', async () => {
    const world = open();
    const { token } = await mint(world);
    expect(world.order).toEqual(['announced', 'granted', 'cached', 'minted']);
    const [announced, minted] = world.outcomes;
    expect(announced).toMatchObject({ access, mintId: token.mintId });
    expect(minted).toMatchObject({
      mint: {
        mintId: token.mintId,
        secretVersion: 'v1',
        authMethod: 'client_secret_basic',
        grantedFor: { scope: ['orders:read'] },
      },
    });
  });

  it('mints nothing without an intent record, and reports the log as the reason', async () => {
    const record = () => Promise.reject(new VendError('audit_unavailable'));
    const world = open({ recorder: { record } });
    await expect(mint(world)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(world.order).toEqual([]);
  });

  it('awaits the announcement even if no secret can be tried', async () => {
    const refused = new VendError('credential_refused');
    const world = open({ versions: { present: () => Promise.reject(refused) } });
    await expect(mint(world)).rejects.toMatchObject({
      code: 'credential_refused',
      mintId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(world.order).toEqual(['announced']);
  });

  it('keeps the token if its record fails: the log still owes it', async () => {
    const world = open();
    const failing = open({
      recorder: {
        record: async (_request, { kind }) => {
          if (kind === 'minted') throw new VendError('audit_unavailable');
        },
      },
      tokens: { recognize: (_key, token) => token, put: () => void world.order.push('cached') },
    });
    await expect(mint(failing)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(world.order).toEqual(['cached']);
  });

  it('checks whether a version of a rotation may be used', async () => {
    const disabled = new VendError('credential_disabled');
    const world = open({
      usable: {
        admit: () => {
          throw disabled;
        },
      },
      versions: {
        present: async (one, _endpoint, { admit }, request) => {
          admit(one);
          return await request(one);
        },
      },
    });
    await expect(mint(world)).rejects.toMatchObject({ code: 'credential_disabled' });
  });
});
