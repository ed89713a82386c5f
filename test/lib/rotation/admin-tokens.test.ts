import { describe, expect, it } from '@jest/globals';
import type { CredentialDocument } from '../../../lib/credential/document.ts';
import { VendedAdminTokens } from '../../../lib/rotation/admin-tokens.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { DOCUMENT, FakeStore } from '../../support/fake-ports.ts';

function obtain(document: object) {
  const store = new FakeStore();
  store.put('platform/admin', document);
  const requests: unknown[] = [];
  const grants = {
    obtain: async (_: CredentialDocument, request: unknown) => {
      requests.push(request);
      return { token: { accessToken: 'admin-token', sha256: 'e'.repeat(64) } };
    },
  };
  type Grants = ConstructorParameters<typeof VendedAdminTokens>[1];
  const tokens = new VendedAdminTokens(store, grants as unknown as Grants, {
    allowLoopbackHttp: false,
  });
  const deadline = new Deadline(new FakeClock(), 1_000, () => new Error('late'));
  return { requests, token: tokens.obtain({ team: 'platform', name: 'admin' }, deadline) };
}

describe('a token of an admin credential', () => {
  it('is requested with the defaults of its document', async () => {
    const { token, requests } = obtain(DOCUMENT);
    expect(await token).toMatchObject({
      credential: 'platform/admin',
      accessToken: 'admin-token',
      sha256: 'e'.repeat(64),
    });
    expect(requests).toMatchObject([{ scope: ['orders:read'] }]);
  });

  it('may be sent to the hosts that its document names', async () => {
    const { token } = obtain({
      issuer: 'https://login.example.com/tenant',
      client_id: 'admin',
      client_secret: 'x',
      scope: 'https://graph.example.com/.default api',
      audience: ['https://api.example.com:8443/', 'urn:orders'],
    });
    expect((await token).hosts).toEqual([
      'login.example.com',
      'api.example.com:8443',
      'graph.example.com',
    ]);
    const { token: without } = obtain({
      issuer: 'https://a.example',
      client_id: 'b',
      client_secret: 'c',
    });
    expect((await without).hosts).toEqual(['a.example']);
  });

  it('does not exist if the credential is disabled', async () => {
    const { token, requests } = obtain({ ...DOCUMENT, status: 'disabled' });
    await expect(token).rejects.toMatchObject({ code: 'credential_disabled' });
    expect(requests).toEqual([]);
  });
});
