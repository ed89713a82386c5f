import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRecords } from '../../cli/audit/record-source.ts';
import { verifyLog } from '../../cli/audit/verify-log.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

// Some 0.4 s each; fewer while one works on it.
const CRASHES = Number(process.env['CRASHES'] ?? 200);
let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.stop());

describe('a process that is killed', () => {
  it(`at any moment, ${CRASHES} times, leaves no token without its vend record, and no mint without its intent`, async () => {
    const handedOver: string[] = [];
    const ask = async (scope: string) => {
      const client = system.client('ci-checkout', { maxRetries: 0 });
      const token = await client.getToken({
        credential: 'checkout/orders-api',
        fresh: true,
        scope: [scope],
      });
      handedOver.push(token.vend_id);
    };
    const longest = await timeOfFirstVends(ask);
    for (let crash = 0; crash < CRASHES; crash += 1) {
      // Nothing is in the memory of a new process: each of these mints.
      await system.function.restart();
      const asking = Promise.allSettled(['orders:read', 'orders:write', 'orders:read'].map(ask));
      await wait(Math.random() * 1.2 * longest);
      await system.function.kill();
      await asking;
    }
    const vends = new Set<string | undefined>();
    let intents = 0;
    const source = {
      region: undefined,
      profile: undefined,
      pathStyle: true,
      signal: AbortSignal.timeout(60_000),
    };
    const log = await verifyLog(readRecords(path.join(system.directory, 'audit'), source), {
      visit: ({ metadata, unmapped }) => {
        vends.add(unmapped.vend_id);
        if (metadata.event_code === 'mint-intent') intents += 1;
      },
    });
    expect(log.breaks).toEqual([]);
    expect(handedOver.filter((vend) => !vends.has(vend))).toEqual([]);
    expect(system.requests('token')).toBeLessThanOrEqual(intents);
    // The crashes did strike between the stages, not only before or after all of them.
    expect(handedOver.length).toBeGreaterThan(0);
    expect(handedOver.length).toBeLessThan(3 * CRASHES);
    expect(intents).toBeGreaterThan(system.requests('token'));
  }, 280_000);
});

/** Milliseconds that the first vends of a new process take on this machine. */
async function timeOfFirstVends(ask: (scope: string) => Promise<void>): Promise<number> {
  await system.function.restart();
  const started = performance.now();
  await ask('orders:read');
  return performance.now() - started;
}
