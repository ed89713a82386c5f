// The signed gateway in front of the function, in requests per second of one core, beside the same server with the same
// verification of signatures and a function that answers a constant.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { exactly, type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import type { GatewayAddresses } from './gateway-main.ts';
import { measurePaired } from './paired.ts';
import { quantile } from './statistics.ts';

const CONNECTIONS = 16;

/** One window of load on one server. */
interface Window {
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

export async function benchGateway({ quick }: GroupOptions): Promise<GroupResult> {
  const script = fileURLToPath(new URL('gateway-main.ts', import.meta.url));
  const child: ChildProcess = fork(script, { execArgv: ['--no-warnings'] });
  try {
    const [addresses] = (await once(child, 'message')) as [GatewayAddresses];
    const latencies: Record<string, number[]> = {};
    const probe = (name: keyof GatewayAddresses['urls']) => async () => {
      const window = await load(addresses.urls[name], addresses, quick ? 400 : 1_500);
      latencies[name] = [...(latencies[name] ?? []), ...window.latencies];
      return window.rate;
    };
    const names = { bare: probe('bare'), plain: probe('plain'), policed: probe('policed') };
    const rates = await measurePaired(names, quick ? 4 : 10, 1);
    const at = (name: string, share: number) => quantile(latencies[name] ?? [], share);
    return {
      group: 'gateway',
      title: 'Cached vends through the signed gateway, one core',
      figures: [
        measured('bare', 'signature verified, constant answer', 'per s', rates.bare),
        measured('vends', 'vends without Cedar', 'per s', rates.plain),
        measured('vends-policed', 'vends, Cedar with 50 policies', 'per s', rates.policed),
        exactly('p50', 'p50 of a vend, Cedar with 50 policies', 'ms', at('policed', 0.5)),
        exactly('p99', 'p99 of a vend, Cedar with 50 policies', 'ms', at('policed', 0.99)),
        ratioOf(
          'share-of-bare',
          'vends without Cedar, share of the constant',
          rates.plain,
          rates.bare,
        ),
        ratioOf(
          'share-of-bare-policed',
          'vends with Cedar, share of the constant',
          rates.policed,
          rates.bare,
        ),
      ],
      notes: [`${CONNECTIONS} connections; the load comes from a process of its own.`],
    };
  } finally {
    child.kill();
  }
}

/** Keeps every connection busy until `requests` are answered. */
async function load(
  url: string,
  { headers, body }: GatewayAddresses,
  requests: number,
): Promise<Window> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latencies: number[] = [];
  let left = requests;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const started = performance.now();
      await post(url, agent, headers, body);
      latencies.push(performance.now() - started);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { rate: requests / seconds, latencies };
}

async function post(
  url: string,
  agent: http.Agent,
  headers: GatewayAddresses['headers'],
  body: string,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  http
    .request(`${url}/oauth2/token`, { method: 'POST', agent, headers }, resolve)
    .on('error', reject)
    .end(body);
  const answer = await promise;
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`the gateway answered ${answer.statusCode}`);
}
