import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { VendedToken } from '../../lib/http/wire.ts';
import type { Fault } from '../../local/authorization-server-faults.ts';
import type { FunctionRuntime } from '../../local/function-process.ts';
import type { ObjectStoreFault } from '../../local/object-store.ts';
import { putDocument, readDocument } from '../../local/seed.ts';
import { ServiceError } from '../../local/service-error.ts';
import { describeOnRuntime } from './on-runtime.ts';
import type { TestSystem } from './test-system.ts';

interface Row {
  /** The fault of the authorization server, read after "when". */
  readonly when: string;
  readonly strike: (system: TestSystem) => unknown;
  /** The outcome of a vend that must mint: a token, or this code. */
  readonly code?: string;
  /** Whether a renewal returns a new token; else the cached token is returned. */
  readonly renews?: boolean;
}

const atToken = (fault: Fault) => (system: TestSystem) =>
  system.authorizationServer.faults.set('token', fault);
const status = (code: number, more: object = {}): Fault => ({
  kind: 'response',
  status: code,
  ...more,
});

const ROWS: readonly Row[] = [
  { when: 'answers 503 once', strike: atToken(status(503, { times: 1 })), renews: true },
  { when: 'answers 503 always', strike: atToken(status(503)), code: 'upstream_unavailable' },
  { when: 'answers 429 always', strike: atToken(status(429)), code: 'upstream_rate_limited' },
  {
    when: 'answers 429 once, with Retry-After',
    strike: atToken(status(429, { headers: { 'retry-after': '1' }, times: 1 })),
    renews: true,
  },
  {
    when: 'refuses connections',
    strike: ({ authorizationServer }) => authorizationServer.goDown(),
    code: 'upstream_unavailable',
  },
  { when: 'resets connections', strike: atToken({ kind: 'reset' }), code: 'upstream_unavailable' },
  // The first attempt has the whole deadline.
  { when: 'hangs once', strike: atToken({ kind: 'hang', times: 1 }), code: 'upstream_timeout' },
  { when: 'hangs for ever', strike: atToken({ kind: 'hang' }), code: 'upstream_timeout' },
  { when: 'takes 5.5 s', strike: atToken({ kind: 'delay', milliseconds: 5_500 }) },
  {
    when: 'takes 9 s',
    strike: atToken({ kind: 'delay', milliseconds: 9_000 }),
    code: 'upstream_timeout',
  },
  {
    when: 'sends its response byte by byte, without end',
    strike: atToken({ kind: 'drip' }),
    code: 'upstream_timeout',
  },
];

const at = (endpoint: 'metadata' | 'jwks', fault: Fault) => (system: TestSystem) =>
  system.authorizationServer.faults.set(endpoint, fault);
const atStore = (fault: ObjectStoreFault) => (system: TestSystem) => {
  if (system.objectStore !== undefined) system.objectStore.fault = fault;
};

/**
 * Faults that affect only a process without cached metadata, keys and documents, and faults that
 * end every vend.
 */
const COLD_ROWS: readonly Row[] = [
  {
    when: 'metadata is answered with 503',
    strike: at('metadata', status(503)),
    code: 'upstream_unavailable',
  },
  {
    when: 'metadata does not come',
    strike: at('metadata', { kind: 'hang' }),
    code: 'upstream_timeout',
  },
  {
    when: 'keys are answered with 503',
    strike: at('jwks', status(503)),
    code: 'upstream_unavailable',
  },
  { when: 'keys do not come', strike: at('jwks', { kind: 'hang' }), code: 'upstream_timeout' },
  {
    when: 'Secrets Manager throttles',
    strike: ({ secretsManager }) => {
      secretsManager.fault = new ServiceError('ThrottlingException', 'Rate exceeded');
    },
    code: 'secrets_unavailable',
  },
  {
    when: 'Secrets Manager does not answer',
    strike: ({ secretsManager }) =>
      secretsManager.held.set('GetSecretValue', new Promise(() => undefined)),
    code: 'secrets_unavailable',
  },
  {
    when: 'records are answered with 503',
    strike: atStore({ kind: 'response', status: 503, code: 'SlowDown' }),
    code: 'audit_unavailable',
  },
  {
    when: 'records are not answered',
    strike: atStore({ kind: 'hang' }),
    code: 'audit_unavailable',
  },
];

const HELD = 'checkout/held-api';
const RENEWABLE_AFTER = 20_000;

/**
 * Whatever the authorization server does, a request ends with a token or an error, and the process
 * continues.
 *
 * @param sample the rows to run, by "when"; all of them by default
 */
export function describeRuntimeFaults(runtime: FunctionRuntime, sample?: readonly string[]): void {
  const isRun = ({ when }: Row) => sample === undefined || sample.includes(when);
  const coldRows = COLD_ROWS.filter(isRun);
  const rows = ROWS.filter(isRun);
  describeOnRuntime(
    'the function while the authorization server fails',
    runtime,
    (system) => {
      const send = (credential: string, minTtl?: number) =>
        system()
          .client('ci-checkout')
          .getToken({ credential, ...(minTtl === undefined ? {} : { minTtl }) });
      const ended = async (vend: Promise<VendedToken>) =>
        await vend.then(
          ({ source }) => source,
          ({ code }) => code ?? 'no code',
        );
      const credential = async (name: string) => {
        const { store } = system().secretsManager;
        await putDocument(store, name, readDocument(store, 'checkout/orders-api'));
        return name;
      };
      let credentials = 0;
      const newCredential = async () => {
        credentials += 1;
        return await credential(`checkout/new-${credentials}`);
      };
      /** Waits until the server works again and the function has reached it. */
      const restore = async () => {
        const { authorizationServer, secretsManager, objectStore } = system();
        authorizationServer.faults.clear();
        secretsManager.fault = undefined;
        secretsManager.held.clear();
        if (objectStore !== undefined) objectStore.fault = undefined;
        await authorizationServer.comeBack();
        const fresh = await newCredential();
        while ((await ended(send(fresh))) !== 'minted') await delay(100);
      };

      afterEach(restore);

      it.each(coldRows)('ends with its code when $when', async ({ strike, code }) => {
        await system().function.restart();
        const { pid } = system().function;
        await strike(system());
        expect(await ended(send(await newCredential()))).toBe(code);
        expect(system().function.pid).toBe(pid);
      });

      describe('with cached tokens', () => {
        const held = new Map<string, VendedToken>();

        beforeAll(async () => {
          for (const name of [HELD, ...rows.map((_row, index) => `checkout/renewed-${index}`)])
            held.set(name, await send(await credential(name)));
        });

        it.each(rows)('mints or ends with its code when the server $when', async (row) => {
          const { pid } = system().function;
          await row.strike(system());
          expect(await ended(send(await newCredential()))).toBe(row.code ?? 'minted');
          expect(await send(HELD)).toMatchObject({
            source: 'cached',
            mint_id: held.get(HELD)?.mint_id,
          });
          expect(system().function.pid).toBe(pid);
        });

        it.each(rows.map((row, index) => ({ ...row, name: `checkout/renewed-${index}` })))(
          'renews, or goes on with the token at hand, when the server $when',
          async ({ name, strike, renews = false }) => {
            const { pid } = system().function;
            const token = held.get(name) as VendedToken;
            const age = () => Date.now() - token.issued_at * 1000;
            while (age() < RENEWABLE_AFTER) await delay(100);
            await strike(system());
            // In the refresh window of a caller that can still use it for 10 s, of 30 s or more:
            // enough time for a slow machine.
            const minTtl = token.expires_at - Math.ceil(Date.now() / 1000) - 10;
            const vended = await send(name, minTtl);
            expect(vended.source).toBe(renews ? 'minted' : 'cached');
            expect(vended.mint_id === token.mint_id).toBe(!renews);
            expect(vended.expires_in).toBeGreaterThanOrEqual(minTtl);
            expect(system().function.pid).toBe(pid);
          },
        );
      });
    },
    { audit: 's3' },
  );
}
