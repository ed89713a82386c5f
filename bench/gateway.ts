// The signed gateway in front of the function, in requests per second of one core, beside the same server with the same
// verification of signatures and a function that returns a constant, with and without a decision of the engine.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import { exactly, type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import type { GatewayAddresses } from './gateway-main.ts';
import { measurePaired } from './paired.ts';
import { quantile } from './statistics.ts';

const CONNECTIONS = 16;

export async function benchGateway({ quick }: GroupOptions): Promise<GroupResult> {
  const script = fileURLToPath(new URL('gateway-main.ts', import.meta.url));
  const child = fork(script, { execArgv: ['--no-warnings'] });
  try {
    const [addresses] = (await once(child, 'message')) as [GatewayAddresses];
    const latencies: Record<string, number[]> = {};
    const requests = quick ? 800 : 4_000;
    const probe = (name: keyof GatewayAddresses['urls']) => async () => {
      const before = await cpuSeconds(child);
      const window = await load(new URL(addresses.urls[name]), addresses, requests);
      latencies[name] = [...(latencies[name] ?? []), ...window];
      return requests / ((await cpuSeconds(child)) - before);
    };
    const names = {
      bare: probe('bare'),
      decided: probe('decided'),
      plain: probe('plain'),
      policed: probe('policed'),
    };
    const rates = await measurePaired(names, quick ? 6 : 12, 2);
    const at = (name: string, share: number) => quantile(latencies[name] ?? [], share);
    return {
      group: 'gateway',
      title: 'Cached vends through the signed gateway, by seconds of CPU of its process',
      figures: [
        measured('bare', 'signature verified, constant response', 'per s', rates.bare),
        measured('decided', 'the same after one decision of the engine', 'per s', rates.decided),
        measured('vends', 'vends without Cedar', 'per s', rates.plain),
        measured('vends-policed', 'vends, Cedar with 50 policies', 'per s', rates.policed),
        exactly('bare-p50', 'p50 of a constant response', 'ms', at('bare', 0.5)),
        exactly('bare-p99', 'p99 of a constant response', 'ms', at('bare', 0.99)),
        exactly('p50', 'p50 of a vend, Cedar with 50 policies', 'ms', at('policed', 0.5)),
        exactly('p99', 'p99 of a vend, Cedar with 50 policies', 'ms', at('policed', 0.99)),
        ratioOf(
          'share-of-bare',
          'vends without Cedar, share of the constant',
          rates.plain,
          rates.bare,
        ),
        ratioOf(
          'share-of-decided',
          'vends with Cedar, share of the constant after one decision',
          rates.policed,
          rates.decided,
        ),
      ],
      notes: [`${CONNECTIONS} connections, always busy, from a process of their own.`],
    };
  } finally {
    child.kill();
  }
}

/** What the process has used so far, all threads. */
async function cpuSeconds(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage];
  return (user + system) / 1e6;
}

/** Keeps every connection busy until `requests` have their responses; milliseconds of each. */
async function load(url: URL, addresses: GatewayAddresses, requests: number): Promise<number[]> {
  const bytes = requestBytes(addresses);
  const latencies: number[] = [];
  let left = requests;
  const work = async () => {
    const socket = net.connect(Number(url.port), url.hostname).setNoDelay();
    await once(socket, 'connect');
    while (left > 0) {
      left -= 1;
      const started = performance.now();
      await exchange(socket, bytes);
      latencies.push(performance.now() - started);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return latencies;
}

/** The same bytes each time, written to a bare socket: an HTTP client costs more than the server, and would be what is measured. */
function requestBytes({ headers, body }: GatewayAddresses): Buffer {
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`POST /oauth2/token HTTP/1.1\r\n${head}\r\n${body}`);
}

async function exchange(socket: net.Socket, bytes: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let seen = Buffer.alloc(0);
  const take = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    const end = seen.indexOf('\r\n\r\n');
    const head = seen.toString('latin1', 0, Math.max(end, 0));
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (end < 0 || seen.length < end + 4 + length) return;
    if (head.startsWith('HTTP/1.1 200 ')) resolve();
    else reject(new Error(`the gateway responded ${head.split('\r\n')[0]}`));
  };
  socket.on('data', take).once('error', reject).write(bytes);
  await promise;
  socket.off('data', take).off('error', reject);
}
