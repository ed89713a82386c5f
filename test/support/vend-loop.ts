import { setTimeout as delay } from 'node:timers/promises';
import type { TestSystem } from './test-system.ts';

/** One vend of a loop. */
export interface LoopedVend {
  /** When it was requested: milliseconds since the Unix epoch. */
  readonly at: number;
  /** `vended`, or the code of the error. */
  readonly outcome: string;
}

export interface VendLoop {
  readonly vends: readonly LoopedVend[];
  /** The vends that failed, of those requested since `from`. */
  failedSince(from: number): readonly LoopedVend[];
  /** Requests nothing until `work` is done. */
  pausedFor(work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Seconds that the tokens of {@link addShortLived} live. */
const LIFETIME = 6;

/**
 * Shortens the lifetime of the tokens of a client, so that a loop mints often. They live long
 * enough for a slow machine.
 */
export function addShortLived(system: TestSystem, clientId: string): void {
  const client = system.authorizationServer.find(clientId);
  if (client === undefined) throw new Error(`there is no client ${clientId}`);
  system.authorizationServer.register({ ...client, tokenLifetime: LIFETIME });
}

export interface LoopPace {
  /** Seconds that a token must live. Default: 2. */
  readonly minTtl?: number;
  /** Milliseconds between two requests. Default: 100. */
  readonly interval?: number;
}

/** Vends ten times a second, or as often as the machine can. */
export function startVendLoop(
  system: TestSystem,
  credential: string,
  caller = 'ci-checkout',
  { minTtl = 2, interval = 100 }: LoopPace = {},
): VendLoop {
  const client = system.client(caller);
  const vends: LoopedVend[] = [];
  let stopped = false;
  let paused: Promise<void> | undefined;
  let pending: Promise<unknown> = Promise.resolve();
  const running = (async () => {
    while (!stopped) {
      await paused;
      const at = Date.now();
      const vend = client.getToken({ credential, fresh: true, minTtl }).then(
        () => 'vended',
        ({ code, message }) => String(code ?? message),
      );
      pending = vend;
      vends.push({ at, outcome: await vend });
      await delay(Math.max(0, at + interval - Date.now()));
    }
  })();
  return {
    vends,
    failedSince: (from) => vends.filter(({ at, outcome }) => at >= from && outcome !== 'vended'),
    async pausedFor(work) {
      const { promise, resolve } = Promise.withResolvers<void>();
      paused = promise;
      try {
        await pending;
        await work();
      } finally {
        resolve();
      }
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
