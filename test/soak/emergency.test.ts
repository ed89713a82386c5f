import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOCUMENT_FRESH_FOR } from '../../lib/time/time-budget.ts';
import { environmentOf } from '../support/command-line.ts';
import { openPageCommands, type PageCommands, shellBlocksOf } from '../support/page-commands.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const NAME = 'checkout/orders-api';
let system: TestSystem;
let page: PageCommands;

beforeAll(async () => {
  system = await startTestSystem();
  page = await openPageCommands(path.join(system.directory, 'page'));
});
afterAll(async () => {
  await system.stop();
});

describe('the commands of an emergency', () => {
  it('take effect within 60 s in a process that has a token of the credential', async () => {
    const [stop] = await shellBlocksOf('docs/operate.md', '### Emergency');
    const caller = system.client('ci-checkout');
    const request = async () =>
      await caller.getToken({ credential: NAME, fresh: true }).then(
        () => 'vended',
        ({ code }: { code: string }) => code,
      );
    expect(await request()).toBe('vended');
    await page.type(stop ?? { commands: '', exitCode: 0 }, environmentOf(system, 'operator'));
    const stopped = performance.now();
    let vends = 0;
    while ((await request()) === 'vended') vends += 1;
    // The last request and the command itself take a while on a busy machine.
    expect(performance.now() - stopped).toBeLessThan(DOCUMENT_FRESH_FOR + 10_000);
    expect(vends).toBeGreaterThan(0);
    expect(await request()).toBe('credential_disabled');
  }, 120_000);
});
