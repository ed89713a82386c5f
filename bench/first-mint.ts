// The first mint of a process against a server that is far away: how many round trips a caller waits for.
import https from 'node:https';
import tls from 'node:tls';
import { type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import { measurePaired } from './paired.ts';
import { startUpstreamProcess } from './upstream-process.ts';
import { bareTokenRequest, mint, openWired } from './wired-vending.ts';

const ROUND_TRIP = 100;

export async function benchFirstMint({ quick }: GroupOptions): Promise<GroupResult> {
  const upstreams = await startUpstreamProcess({
    metadata: ROUND_TRIP,
    tokens: ROUND_TRIP,
    keys: ROUND_TRIP,
  });
  try {
    tls.setDefaultCACertificates([upstreams.certificate]);
    const agent = new https.Agent({ keepAlive: true });
    const probes = {
      bare: () => bareTokenRequest(upstreams.url, agent),
      first: () => mint(openWired(upstreams)),
    };
    const { bare, first } = await measurePaired(probes, quick ? 10 : 40, 2);
    return {
      group: 'first-mint',
      title: `The first mint of a process; metadata, token and keys take ${ROUND_TRIP} ms each`,
      figures: [
        measured('bare', 'bare token request, connection kept', 'ms', bare),
        measured('mint', 'first mint: metadata, token, keys, handshakes', 'ms', first),
        ratioOf('round-trips', 'first mint over the bare request', first, bare),
      ],
      notes: ['The metadata name the token endpoint, so two requests must follow each other.'],
    };
  } finally {
    upstreams.stop();
  }
}
