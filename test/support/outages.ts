import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../local/authorization-server-faults.ts';
import { putDocument, readDocument } from '../../local/seed.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';
import { addShortLived, startVendLoop } from './vend-loop.ts';

/** How long a vend may fail after the server is back: milliseconds. */
const WELL_WITHIN = 2_000;

/** The fault of the server; `undefined`: it does not listen. */
const OUTAGES = {
  'refuses connections': undefined,
  'answers 503': { kind: 'response', status: 503 },
  hangs: { kind: 'hang' },
} as const satisfies Record<string, Fault | undefined>;

// Each has its own tokens, so that some mint when others do not.
const CREDENTIALS = [1, 2, 3, 4].map((n) => `checkout/outage-${n}`);

export type Outage = readonly [seconds: number, what: keyof typeof OUTAGES];

/** Outages of the authorization server under a load of eighty vends a second, of four credentials. */
export function describeOutages(outages: readonly Outage[]): void {
  let system: TestSystem;

  beforeAll(async () => {
    // Requests in separate processes, as in Lambda, do not wait for each other.
    system = await startTestSystem({ concurrency: 64 });
    addShortLived(system, 'checkout-orders');
    const { store } = system.secretsManager;
    for (const name of CREDENTIALS)
      await putDocument(store, name, readDocument(store, 'checkout/orders-api'));
  });
  afterAll(() => system.stop());

  describe('an outage', () => {
    it.each(outages)(
      'of %i s in which the server %s is over within 2 s of its end',
      async (seconds, what) => {
        const { authorizationServer } = system;
        const fault = OUTAGES[what];
        const loops = CREDENTIALS.flatMap((name) => [
          startVendLoop(system, name),
          startVendLoop(system, name),
        ]);
        try {
          await delay(1_000);
          if (fault === undefined) await authorizationServer.goDown();
          else authorizationServer.faults.set('token', fault);
          await delay(seconds * 1_000);
          authorizationServer.faults.clear();
          await authorizationServer.comeBack();
          const back = Date.now();
          await delay(6_000);
          const failed = loops.flatMap((loop) => loop.failedSince(0));
          expect(failed.filter(({ at }) => at >= back + WELL_WITHIN)).toEqual([]);
          // Tokens live six seconds, and a request waits for up to eight until a server that hangs is back.
          if (seconds > (what === 'hangs' ? 8 : 6)) expect(failed.length).toBeGreaterThan(0);
        } finally {
          await Promise.all(loops.map((loop) => loop.stop()));
        }
      },
    );
  });
}
