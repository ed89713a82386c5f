import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { LOCAL_TENANT } from '../../../local/iam-api.ts';
import type { DiagnosticText } from '../../../provider/framework/diagnostics/diagnostic.ts';
import { DiagnosticError } from '../../../provider/framework/diagnostics/diagnostic-error.ts';
import { accessTokenEphemeral } from '../../../provider/hiiretail/access-token-ephemeral.ts';
import type { Connection } from '../../../provider/hiiretail/connection.ts';
import { hiiretailProvider } from '../../../provider/hiiretail/provider.ts';
import { openTokenSource } from '../../../provider/hiiretail/token-source.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { renewToken } from '../../support/renewed-token.ts';

const HOUR = 3_600_000;

/** A run of Terraform whose tokens live an hour, or `lifetime`. */
function startRun(error?: Error, lifetime = HOUR) {
  const clock = new FakeClock();
  const warnings: DiagnosticText[] = [];
  let fetches = 0;
  const tokens = openTokenSource(async () => {
    fetches += 1;
    if (error !== undefined) throw error;
    return { accessToken: `t${fetches}`, expiresAt: clock.now() + lifetime, lifetime };
  }, clock);
  const request = {
    client: { tokens, clock } as unknown as Connection,
    signal: new AbortController().signal,
    log: undefined as never,
    warn: (text: DiagnosticText) => warnings.push(text),
  };
  const nothing = { access_token: null, token_type: null, expires_at: null };
  return {
    clock,
    tokens,
    warnings,
    open: () => accessTokenEphemeral.open({ ...request, config: nothing as never }),
    renew: (lease: unknown) => accessTokenEphemeral.renew?.({ ...request, lease }),
    close: (lease: unknown) => accessTokenEphemeral.close?.({ ...request, lease }),
  };
}

describe('the ephemeral access token', () => {
  it('is the token that the provider uses, with its expiry time', async () => {
    const { clock, tokens, open } = startRun();
    const { accessToken } = await tokens.get(new AbortController().signal);
    const { result } = await open();
    expect(result).toEqual({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_at: new Date(clock.now() + HOUR).toISOString(),
    });
  });

  it('has a lease without the token, and is first renewed half a minute before it expires', async () => {
    const { clock, open } = startRun();
    const { lease, renewAt } = await open();
    expect(lease).toEqual({ expiresAt: clock.now() + HOUR });
    expect(renewAt).toEqual(new Date(clock.now() + HOUR - 30_000));
  });

  it('is renewed after half of its lifetime if that is less than a minute', async () => {
    const { clock, open } = startRun(undefined, 20_000);
    expect((await open()).renewAt).toEqual(new Date(clock.now() + 10_000));
  });

  it('is not renewed but gets a warning before it expires, also if the provider has a new token', async () => {
    const { clock, tokens, warnings, open, renew } = startRun();
    const { lease } = await open();
    clock.skip(HOUR - 30_000);
    const get = () => tokens.get(new AbortController().signal);
    await get();
    await settle();
    expect((await get()).accessToken).toBe('t2');
    const end = new Date(clock.now() + 30_000);
    expect(await renew(lease)).toEqual({ renewAt: end });
    expect(warnings).toEqual([
      {
        summary: 'The access token expires soon',
        detail: expect.stringContaining(`It expires at ${end.toISOString()}`),
      },
    ]);
  });

  it('is an error if it has expired and is still held', async () => {
    const { clock, warnings, open, renew } = startRun();
    const { lease } = await open();
    clock.skip(HOUR);
    const error = await renew(lease)?.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DiagnosticError);
    expect((error as DiagnosticError).texts).toEqual([
      {
        summary: 'The access token has expired',
        detail: expect.stringContaining(`It expired at ${new Date(clock.now()).toISOString()}`),
      },
    ]);
    expect(warnings).toEqual([]);
  });

  it('is closed without a warning before it expires, and with one after', async () => {
    const { clock, warnings, open, close } = startRun();
    const { lease } = await open();
    clock.skip(HOUR - 1_001);
    await close(lease);
    expect(warnings).toEqual([]);
    clock.skip(1_001);
    await close(lease);
    expect(warnings).toEqual([
      {
        summary: 'The access token has expired',
        detail: expect.stringMatching(/Resources of this provider are not affected/),
      },
    ]);
  });

  it('is explained with the code of the troubleshooting page if there is none', async () => {
    const error = await startRun(new VendError('credential_refused'))
      .open()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DiagnosticError);
    expect((error as DiagnosticError).texts[0]?.summary).toContain('credential_refused');
  });
});

describe('the provider that Terraform asks to renew the ephemeral access token', () => {
  const renew = (expiresAt: number) =>
    renewToken('hiiretail', {
      typeName: 'hiiretail_access_token',
      lease: { expiresAt },
      schema: hiiretailProvider.schema,
      config: {
        tenant_id: LOCAL_TENANT,
        client_id: 'client-1',
        client_secret: 'fake-secret-0001',
        token_url: 'http://127.0.0.1:9/oauth2/token',
      },
    });

  it('returns a warning and the time when the token expires, before it does', async () => {
    const expiresAt = Date.now() + HOUR;
    expect(await renew(expiresAt)).toMatchObject({
      diagnostics: [{ severity: 'warning', summary: 'The access token expires soon' }],
      renewAt: new Date(expiresAt),
      keepsLease: true,
    });
  });

  it('returns an error after it has expired, and no other renewal', async () => {
    expect(await renew(1_700_000_000_000)).toMatchObject({
      diagnostics: [{ severity: 'error', summary: 'The access token has expired' }],
      renewAt: undefined,
      keepsLease: true,
    });
  });
});
