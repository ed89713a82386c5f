import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { putDocument, readDocument } from '../../local/seed.ts';
import { cli } from './command-line.ts';
import { environmentOf } from './terraform-run.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';
import { addShortLived, startVendLoop, type VendLoop } from './vend-loop.ts';

/** How long a vend may fail after the store is right: milliseconds. */
const WELL_WITHIN = 2_000;

/** Its own client, whose secret is replaced at the server and in Secrets Manager separately. */
class Rotated {
  readonly #system: TestSystem;
  readonly credential: string;
  readonly #clientId: string;

  private constructor(system: TestSystem, name: string) {
    this.#system = system;
    this.credential = `checkout/${name}`;
    this.#clientId = `rotated-${name}`;
  }

  static async add(system: TestSystem, name: string): Promise<Rotated> {
    const rotated = new Rotated(system, name);
    const { authorizationServer, secretsManager } = system;
    const orders = authorizationServer.find('checkout-orders');
    if (orders === undefined) throw new Error('the local system has the client checkout-orders');
    authorizationServer.register({ ...orders, client_id: rotated.#clientId });
    addShortLived(system, rotated.#clientId);
    const document = readDocument(secretsManager.store, 'checkout/orders-api');
    await putDocument(secretsManager.store, rotated.credential, {
      ...document,
      client_id: rotated.#clientId,
    });
    return rotated;
  }

  newSecret(): string {
    const secret = randomBytes(24).toString('hex');
    this.#system.guard(secret);
    return secret;
  }

  /** The server drops the old secret at once. */
  atServer(secret: string): void {
    const { authorizationServer } = this.#system;
    const client = authorizationServer.find(this.#clientId);
    if (client !== undefined) authorizationServer.register({ ...client, client_secret: secret });
  }

  async inStore(secret: string): Promise<void> {
    const { store } = this.#system.secretsManager;
    const document = readDocument(store, this.credential);
    await putDocument(store, this.credential, { ...document, client_secret: secret });
  }

  /** As an operator who enters the new secret. */
  async byCommand(secret: string): Promise<void> {
    const line = ['credentials', 'edit', this.credential, '--patch', '-'];
    const child = spawn(process.execPath, [cli, ...line], {
      env: { PATH: process.env['PATH'] ?? '', ...environmentOf(this.#system, 'operator') },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    child.stdin.end(JSON.stringify({ client_secret: secret }));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`credentials edit ended with ${code}: ${said}`);
  }
}

export type RotationCase =
  | 'server-first'
  | 'by-command'
  | 'store-first'
  | 'new-process'
  | 'signing-keys';

const EVERY_CASE: readonly RotationCase[] = [
  'server-first',
  'by-command',
  'store-first',
  'new-process',
  'signing-keys',
];

type Work = (rotated: Rotated, loop: VendLoop) => Promise<void>;

/**
 * Rotations in every order under a load of ten vends a second, at a server that accepts one secret
 * at a time.
 *
 * @param apart milliseconds between the two places, if the store is first
 * @param after milliseconds for which the loop goes on
 * @param cases which of the tests; all of them by default
 */
export function describeRotations(
  apart: number,
  after: number,
  cases: readonly RotationCase[] = EVERY_CASE,
): void {
  const bound = 120_000 + 4 * (apart + after);
  let system: TestSystem;

  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(() => system.stop());

  const underLoad = async (name: string, work: Work) => {
    const rotated = await Rotated.add(system, name);
    const loop = startVendLoop(system, rotated.credential);
    try {
      await delay(1_000);
      await work(rotated, loop);
    } finally {
      await loop.stop();
    }
    expect(loop.vends.at(-1)?.outcome).toBe('vended');
    expect(loop.failedSince(0).map(({ outcome }) => outcome)).toEqual(
      loop.failedSince(0).map(() => 'credential_refused'),
    );
  };
  const test = (name: RotationCase, title: string, work: Work) => {
    if (cases.includes(name)) it(title, () => underLoad(name, work), bound);
  };

  describe('a rotation under load', () => {
    test(
      'server-first',
      'that reaches the server first is over within 2 s of the store',
      async (rotated, loop) => {
        const secret = rotated.newSecret();
        rotated.atServer(secret);
        // Longer than a token lives, so vends fail by now.
        while (loop.failedSince(0).length === 0) await delay(100);
        await delay(2_000);
        await rotated.inStore(secret);
        const stored = Date.now();
        await delay(after);
        expect(loop.failedSince(stored + WELL_WITHIN)).toEqual([]);
      },
    );

    test(
      'by-command',
      'by credentials edit is over within 2 s of the command',
      async (rotated, loop) => {
        const secret = rotated.newSecret();
        rotated.atServer(secret);
        while (loop.failedSince(0).length === 0) await delay(100);
        await rotated.byCommand(secret);
        const ended = Date.now();
        await delay(after);
        expect(loop.failedSince(ended + WELL_WITHIN)).toEqual([]);
      },
    );

    test(
      'store-first',
      'that reaches the store first costs nobody a token',
      async (rotated, loop) => {
        const secret = rotated.newSecret();
        await rotated.inStore(secret);
        await delay(apart);
        rotated.atServer(secret);
        await delay(after);
        expect(loop.failedSince(0)).toEqual([]);
      },
    );

    test(
      'new-process',
      'that reaches the store first, with a new process between, costs nobody a token',
      async (rotated, loop) => {
        const secret = rotated.newSecret();
        await rotated.inStore(secret);
        const stored = Date.now();
        // Vends under way when the process ends do not count.
        await loop.pausedFor(() => system.function.restart());
        await delay(apart);
        rotated.atServer(secret);
        await delay(after);
        expect(loop.failedSince(stored)).toEqual([]);
      },
    );
  });

  describe('a new signing key under load', () => {
    test(
      'signing-keys',
      'costs nobody a token, nor do two within seconds',
      async (_rotated, loop) => {
        for (let n = 0; n < 2; n += 1) {
          await system.authorizationServer.rotateSigningKey();
          await delay(after / 2);
        }
        expect(loop.failedSince(0)).toEqual([]);
        expect(system.requests('jwks')).toBeGreaterThanOrEqual(2);
      },
    );
  });
}
