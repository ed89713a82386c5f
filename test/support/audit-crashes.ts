import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRecords } from '../../cli/audit/record-source.ts';
import { verifyLog } from '../../cli/audit/verify-log.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

type Request = (scope: string) => Promise<void>;

/**
 * Kills the function `crashes` times, spread over the time of its first vends, and then compares
 * the audit log with the responses of the function.
 */
export function describeCrashes(crashes: number): void {
  // A crash takes 0.4 s on an idle machine.
  const bound = 120_000 + crashes * 6_000;
  let system: TestSystem;

  beforeAll(async () => {
    system = await startTestSystem();
  });
  // It searches all records for all tokens.
  afterAll(() => system.stop(), bound);

  describe('a process that is killed', () => {
    it(
      `at any moment, ${crashes} times, leaves no token without a vend record, and no mint without an intent`,
      async () => {
        const vended: string[] = [];
        const send: Request = async (scope) => {
          const client = system.client('ci-checkout', { maxRetries: 0 });
          const token = await client.getToken({
            credential: 'checkout/orders-api',
            fresh: true,
            scope: [scope],
          });
          vended.push(token.vend_id);
        };
        const longest = await timeOfFirstVends(system, send);
        for (let crash = 0; crash < crashes; crash += 1) {
          // A new process has no cache, so each of these requests mints.
          await system.function.restart();
          const pending = Promise.allSettled(
            ['orders:read', 'orders:write', 'orders:read'].map(send),
          );
          // The first comes while a request reads its secret, so that there is one before a vend,
          // whatever the speed of the machine is. The others are random within their share of the
          // time, so that even a few crashes include late ones.
          if (crash === 0) await killWhileReading(system);
          else {
            await wait(((crash + Math.random()) / crashes) * 1.2 * longest);
            await system.function.kill();
          }
          await pending;
        }
        const { breaks, vends, intents } = await readLog(system, bound);
        expect(breaks).toEqual([]);
        expect(vended.filter((vend) => !vends.has(vend))).toEqual([]);
        expect(system.requests('token')).toBeLessThanOrEqual(intents);
        // Some crashes, but not all, came before a vend had ended.
        expect(vended.length).toBeGreaterThan(0);
        expect(vended.length).toBeLessThan(3 * crashes);
        // If there are only a few crashes, none may come between an intent and its token request.
        if (crashes >= 100) expect(intents).toBeGreaterThan(system.requests('token'));
      },
      bound,
    );
  });
}

async function killWhileReading(system: TestSystem): Promise<void> {
  const { held } = system.secretsManager;
  const reading = Promise.withResolvers<void>();
  held.set('GetSecretValue', reading.promise);
  const reads = system.reads();
  while (system.reads() === reads) await wait(5);
  await system.function.kill();
  held.delete('GetSecretValue');
  reading.resolve();
}

async function readLog(system: TestSystem, bound: number) {
  const vends = new Set<string | undefined>();
  let intents = 0;
  const source = {
    region: undefined,
    profile: undefined,
    pathStyle: true,
    signal: AbortSignal.timeout(bound),
  };
  const { breaks } = await verifyLog(readRecords(path.join(system.directory, 'audit'), source), {
    visit: ({ metadata, unmapped }) => {
      vends.add(unmapped.vend_id);
      if (metadata.event_code === 'mint-intent') intents += 1;
    },
  });
  return { breaks, vends, intents };
}

/** Duration of the first vends of a new process on this machine, in milliseconds. */
async function timeOfFirstVends(system: TestSystem, send: Request): Promise<number> {
  await system.function.restart();
  const started = performance.now();
  await send('orders:read');
  return performance.now() - started;
}
