import { describe, expect, it } from '@jest/globals';
import type { TokenClient, TokenOptions } from '../../../client/token-client.ts';
import { TokenVendingError } from '../../../client/token-vending-error.ts';
import type { VendedToken } from '../../../lib/http/wire.ts';
import type { DiagnosticText } from '../../../provider/framework/diagnostics/diagnostic.ts';
import { DiagnosticError } from '../../../provider/framework/diagnostics/diagnostic-error.ts';
import type { OpenRequest } from '../../../provider/framework/dispatch/ephemeral-resource.ts';
import { accessTokenEphemeral } from '../../../provider/tokenvending/access-token-ephemeral.ts';
import type { Connection } from '../../../provider/tokenvending/connection.ts';
import { tokenVendingProvider } from '../../../provider/tokenvending/provider.ts';
import { renewToken } from '../../support/renewed-token.ts';

type Open = OpenRequest<(typeof accessTokenEphemeral)['schema'], Connection>;

const NOTHING = {
  credential: null,
  scope: null,
  audience: null,
  resource: null,
  min_ttl: null,
  revoke_on_close: null,
} as unknown as Open['config'];

/** An ephemeral token in a run with a fake endpoint. */
function openRun(
  expiresIn: number,
  credential: string | undefined = 'team/default',
  more: Partial<VendedToken> = {},
) {
  const requested: TokenOptions[] = [];
  const revoked: string[] = [];
  const warnings: DiagnosticText[] = [];
  let revocationFails = false;
  const now = Math.floor(Date.now() / 1000);
  const client = {
    getToken: async (options: TokenOptions): Promise<VendedToken> => {
      requested.push(options);
      return {
        access_token: 'canary-token',
        token_type: 'Bearer',
        expires_in: expiresIn,
        expires_at: now + expiresIn,
        issued_at: now,
        scope: 'a b',
        credential: options.credential,
        mint_id: 'm',
        vend_id: 'v',
        source: 'minted',
        ...more,
      };
    },
    revoke: async (_credential: string, token: string) => {
      if (revocationFails) throw new TokenVendingError('endpoint_unreachable');
      revoked.push(token);
    },
  } as unknown as TokenClient;
  const connection = {
    settings: { credential },
    tokens: async () => client,
    toRevoke: new Map(),
  } as unknown as Connection;
  const request = {
    client: connection,
    signal: AbortSignal.timeout(10_000),
    log: undefined as never,
    warn: (problem: DiagnosticText) => warnings.push(problem),
  };
  const open = (config: Partial<Open['config']> = {}) =>
    accessTokenEphemeral.open({ ...request, config: { ...NOTHING, ...config } });
  const withLease = (lease: unknown) => ({ ...request, lease });
  return {
    requested,
    revoked,
    warnings,
    open,
    withLease,
    connection,
    failRevocation: () => {
      revocationFails = true;
    },
  };
}

describe('an ephemeral access token', () => {
  it("is requested with the provider's defaults, and without a lifetime of its own", async () => {
    const { open, requested } = openRun(3600);
    const { result } = await open();
    expect(requested).toMatchObject([{ credential: 'team/default', scope: [], minTtl: undefined }]);
    expect(result).toMatchObject({
      access_token: 'canary-token',
      granted_scope: ['a', 'b'],
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it('is requested with the values of the block', async () => {
    const { open, requested } = openRun(3600);
    await open({ credential: 'team/own', scope: ['x'], min_ttl: '2h' });
    expect(requested).toMatchObject([{ credential: 'team/own', scope: ['x'], minTtl: 7200 }]);
  });

  it('needs a credential in the block or the provider', async () => {
    const { open } = openRun(3600, '');
    const without = openRun(3600);
    Object.assign(without.connection.settings, { credential: undefined });
    await expect(without.open()).rejects.toThrow(
      expect.objectContaining({
        texts: [expect.objectContaining({ summary: 'No credential is named' })],
      }),
    );
    await open({ credential: 'team/own' });
  });

  it('warns if the API requires more than the token', async () => {
    const { open, warnings } = openRun(3600, 'team/default', { advice: 'Use the certificate.' });
    await open();
    expect(warnings).toEqual([
      {
        summary: 'The access token for team/default is not enough',
        detail: 'Use the certificate.',
      },
    ]);
  });

  it('keeps the token out of the lease, which Terraform holds', async () => {
    const { open } = openRun(3600);
    const { lease } = await open({ revoke_on_close: true });
    expect(JSON.stringify(lease)).not.toContain('canary');
  });

  it('is first renewed half a minute before it expires, and later than now if its lifetime is shorter', async () => {
    const before = Date.now();
    const long = await openRun(3600).open();
    const lease = long.lease as { readonly expiresAt: number };
    expect(long.renewAt).toEqual(new Date(lease.expiresAt * 1000 - 30_000));
    const short = await openRun(20).open();
    expect(short.renewAt?.getTime()).toBeGreaterThan(before);
  });

  it('is not renewed but gets a warning before it expires, because a run may end in time', async () => {
    const { open, withLease, warnings } = openRun(3600);
    const { lease } = await open();
    const renewed = await accessTokenEphemeral.renew?.(withLease(lease));
    const { expiresAt } = lease as { readonly expiresAt: number };
    expect(renewed).toEqual({ renewAt: new Date(expiresAt * 1000) });
    expect(warnings).toEqual([
      {
        summary: 'The access token for team/default expires soon',
        detail: expect.stringMatching(/cannot be extended.* set a longer min_ttl/),
      },
    ]);
  });

  it('is an error if it has expired and is still held, and a warning when the run ends', async () => {
    const { open, withLease, warnings } = openRun(-1);
    const { lease } = await open();
    const expired = {
      summary: 'The access token for team/default has expired',
      detail: expect.stringMatching(/set a longer min_ttl/),
    };
    const error = await accessTokenEphemeral.renew?.(withLease(lease)).catch((error) => error);
    expect(error).toBeInstanceOf(DiagnosticError);
    expect(error).toMatchObject({ texts: [expired] });
    expect(warnings).toEqual([]);
    await accessTokenEphemeral.close?.(withLease(lease));
    expect(warnings).toEqual([expired]);
  });

  it('gives no warning at the end of a short run, and revokes nothing by default', async () => {
    const { open, withLease, warnings, revoked } = openRun(3600);
    const { lease } = await open();
    await accessTokenEphemeral.close?.(withLease(lease));
    expect([warnings, revoked]).toEqual([[], []]);
  });

  it('is revoked once if the configuration says so', async () => {
    const { open, withLease, revoked, connection } = openRun(3600);
    const { lease } = await open({ revoke_on_close: true });
    await accessTokenEphemeral.close?.(withLease(lease));
    await accessTokenEphemeral.close?.(withLease(lease));
    expect(revoked).toEqual(['canary-token']);
    expect(connection.toRevoke.size).toBe(0);
  });

  it('reports a failed revocation', async () => {
    const { open, withLease, failRevocation } = openRun(3600);
    const { lease } = await open({ revoke_on_close: true });
    failRevocation();
    await expect(accessTokenEphemeral.close?.(withLease(lease))).rejects.toMatchObject({
      texts: [{ summary: expect.stringMatching(/was not revoked: endpoint_unreachable$/) }],
    });
  });
});

describe('the provider that Terraform asks to renew an access token', () => {
  const renew = (expiresAt: number) =>
    renewToken('tokenvending', {
      typeName: 'tokenvending_access_token',
      lease: { credential: 'team/default', vendId: 'v', expiresAt },
      schema: tokenVendingProvider.schema,
      config: { endpoint: 'https://tokens.example.com', region: 'eu-north-1' },
    });

  it('returns a warning and the time when the token expires, before it does', async () => {
    const expiresAt = Math.floor(Date.now() / 1000) + 3600;
    expect(await renew(expiresAt)).toEqual({
      diagnostics: [
        {
          severity: 'warning',
          summary: 'The access token for team/default expires soon',
          detail: expect.any(String),
        },
      ],
      renewAt: new Date(expiresAt * 1000),
      keepsLease: true,
    });
  });

  it('returns an error after it has expired, and no other renewal', async () => {
    expect(await renew(1_700_000_000)).toEqual({
      diagnostics: [
        {
          severity: 'error',
          summary: 'The access token for team/default has expired',
          detail: expect.stringContaining('It expired at 2023-11-14T22:13:20Z'),
        },
      ],
      renewAt: undefined,
      keepsLease: true,
    });
  });
});
