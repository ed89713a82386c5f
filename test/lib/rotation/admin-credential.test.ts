import { describe, expect, it } from '@jest/globals';
import { adminCredentialOf, hostsOf, requireHost } from '../../../lib/rotation/admin-credential.ts';
import { readDocument } from '../../../lib/rotation/rotated-document.ts';
import { shipped } from '../../../recipes/shipped.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

const read = (change: object) =>
  readDocument(
    { text: JSON.stringify({ ...DOCUMENT, ...change }), versionId: 'v1' },
    { allowLoopbackHttp: false },
  );

function admin(recipe: string, admin_credential?: string) {
  return adminCredentialOf({
    id: { team: 'checkout', name: 'orders-api' },
    recipe: shipped.get(recipe),
    current: read({ rotation: { recipe, admin_credential } }),
  });
}

describe('the admin credential', () => {
  it('is the one that the document names, if the recipe needs one', () => {
    const named = { team: 'platform', name: 'admin' };
    expect(admin('keycloak', 'platform/admin')).toEqual(named);
    expect(admin('hydra', 'platform/admin')).toEqual(named);
    expect(admin('hydra')).toBeUndefined();
    expect(admin('rfc7592', 'platform/admin')).toBeUndefined();
  });

  it.each([undefined, 'checkout/orders-api'])('is another credential, and not %s', (name) => {
    expect(() => admin('keycloak', name)).toThrow(
      /^rotation.admin_credential of the credential document must name another credential/,
    );
  });
});

describe('the token of the admin credential', () => {
  it('may be sent to the hosts that its document names', () => {
    const scope = 'https://graph.example.com/.default orders:read';
    const hosts = hostsOf(read({ scope, default_scope: scope }).document);
    expect(new Set(hosts)).toEqual(
      new Set([
        'auth.example.com',
        'orders.example.com',
        'stock.example.com',
        'api.example.com',
        'graph.example.com',
      ]),
    );
    const { document } = read({ scope: undefined, default_scope: undefined, audience: [] });
    expect(hostsOf(document)).toEqual(['auth.example.com', 'api.example.com']);
    expect(() => requireHost('https://api.example.com/x', 'a/b', hosts)).not.toThrow();
  });

  it('may be sent nowhere else', () => {
    for (const server of ['https://other.example.com', 'no URL'])
      expect(() => requireHost(server, 'platform/admin', ['auth.example.com'])).toThrow(
        /^The token of platform\/admin may not be sent to /,
      );
  });
});
