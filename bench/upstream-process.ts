import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Delays, UpstreamCounts, Upstreams } from './upstreams.ts';

/** Upstreams in a process of their own, so that their work is not counted as ours. */
export interface UpstreamProcess extends Upstreams {
  /** Requests since the start. */
  counts(): Promise<UpstreamCounts>;
  stop(): void;
}

/** Starts the process; it ends by `stop`, or with this one. */
export async function startUpstreamProcess(delays: Delays = {}): Promise<UpstreamProcess> {
  const script = fileURLToPath(new URL('upstream-main.ts', import.meta.url));
  const child = fork(script, [JSON.stringify(delays)], { execArgv: ['--no-warnings'] });
  const upstreams = (await nextMessage(child)) as Upstreams;
  return {
    ...upstreams,
    async counts() {
      child.send('counts');
      return (await nextMessage(child)) as UpstreamCounts;
    },
    stop: () => child.kill(),
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the upstreams did not start'))),
  ]);
  return message;
}
