// Many callers at once for a token that nobody has: how often the secret is read and the server asked.
import { setTimeout as delay } from 'node:timers/promises';
import { handle, openBenchVending, TOKEN } from './bench-vending.ts';
import { exactly, type Figure, type GroupOptions, type GroupResult } from './figure.ts';
import { quantile } from './statistics.ts';
import { vendEvent } from './vend-event.ts';

const SIZES = [1, 10, 100, 1_000];
const SECRET_DELAY = 10;
const TOKEN_DELAY = 50;

export async function benchHerd(_: GroupOptions): Promise<GroupResult> {
  // Once for nothing, so that the first herd does not pay for the compiler.
  await stampede(SIZES.at(-1) as number);
  const figures: Figure[] = [];
  for (const size of SIZES) figures.push(...(await stampede(size)));
  return {
    group: 'herd',
    title: 'Callers at once for a token that nobody has',
    figures,
    notes: [
      `Secrets Manager takes ${SECRET_DELAY} ms, the token endpoint ${TOKEN_DELAY} ms; without a cache there were as many requests as callers.`,
    ],
  };
}

async function stampede(size: number): Promise<Figure[]> {
  let [reads, requests] = [0, 0];
  const base = openBenchVending();
  const vending = openBenchVending({
    store: {
      ...base.store,
      read: async (id, stage, signal) => {
        reads += 1;
        await delay(SECRET_DELAY);
        return await base.store.read(id, stage, signal);
      },
    },
    server: {
      ...base.server,
      requestToken: async () => {
        requests += 1;
        await delay(TOKEN_DELAY);
        return { access_token: TOKEN, expires_in: 3_600 };
      },
    },
  });
  const ask = async () => {
    const started = performance.now();
    const { statusCode } = await handle(vending, vendEvent);
    if (statusCode !== 200) throw new Error(`one of the herd was answered ${statusCode}`);
    return performance.now() - started;
  };
  const latencies = await Promise.all(Array.from({ length: size }, ask));
  const callers = `${size.toLocaleString('en-US')} caller${size === 1 ? '' : 's'}`;
  return [
    exactly(`token-requests-${size}`, `${callers}: token requests`, 'count', requests),
    exactly(`secret-reads-${size}`, `${callers}: secret reads`, 'count', reads),
    exactly(`p99-${size}`, `${callers}: p99`, 'ms', quantile(latencies, 0.99)),
  ];
}
