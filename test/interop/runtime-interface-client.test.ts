import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { startFunctionProcess } from '../../local/function-process.ts';
import { describeOnRuntime } from '../support/on-runtime.ts';

describeOnRuntime('the built function', 'ric', (system) => {
  const ask = () => system().client('ci-checkout').getToken({ credential: 'checkout/orders-api' });

  it('runs under the runtime interface client', async () => {
    const command = await readFile(`/proc/${system().function.pid}/cmdline`, 'utf8');
    expect(command).toMatch(/aws-lambda-ric\/index\.mjs\0index\.handler/);
  });

  it('vends a token that the authorization server takes', async () => {
    const { access_token, source } = await ask();
    expect(source).toBe('minted');
    expect(
      await system().client('ci-checkout').introspect('checkout/orders-api', access_token),
    ).toMatchObject({ active: true, iss: system().authorizationServer.issuer });
  });

  it('serves requests in parallel one after the other, from one cache', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(tokens.map(({ mint_id }) => mint_id)).size).toBe(1);
    expect(new Set(tokens.map(({ vend_id }) => vend_id)).size).toBe(20);
  });

  it('refuses whom the policies do not allow', async () => {
    await expect(
      system().client('outsider').getToken({ credential: 'checkout/orders-api' }),
    ).rejects.toMatchObject({ code: 'policy_denied', status: 403 });
  });

  it('starts again after its process was killed', async () => {
    const before = system().function.pid;
    await system().function.kill();
    expect(await ask()).toMatchObject({ source: 'minted' });
    expect(system().function.pid).not.toBe(before);
  });

  it('does not start with a wrong configuration, and says what is wrong', async () => {
    const start = startFunctionProcess({
      root: path.resolve('dist/function'),
      runtime: 'ric',
      environment: { TOKEN_VENDING_AUDIT: 'nowhere' },
      concurrency: 1,
      logFile: path.join(system().directory, 'wrong.log'),
    });
    await expect(start).rejects.toThrow(/TOKEN_VENDING_AUDIT must be s3/);
  });
});
