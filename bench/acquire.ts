// Minting and validating a token over TLS: what we add to what the server and the wire take.
import { createPublicKey, verify } from 'node:crypto';
import https from 'node:https';
import tls from 'node:tls';
import { handle, requestEvent } from './bench-vending.ts';
import { type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import { measurePaired, microseconds } from './paired.ts';
import { differences } from './statistics.ts';
import { startUpstreamProcess, type UpstreamProcess } from './upstream-process.ts';
import type { Algorithm } from './upstreams.ts';
import { bareTokenRequest, mint, openWired } from './wired-vending.ts';

const SERVER_DELAY = 100;

export async function benchAcquire({ quick }: GroupOptions): Promise<GroupResult> {
  const upstreams = await startUpstreamProcess({ tokens: SERVER_DELAY });
  try {
    tls.setDefaultCACertificates([upstreams.certificate]);
    const mints = await measurePaired(mintProbes(upstreams), quick ? 15 : 60, 3);
    const { RS256, ES256, bareRS256, bareES256 } = await measurePaired(
      introspectionProbes(upstreams),
      quick ? 30 : 150,
      10,
    );
    const overhead = differences(mints.warm, mints.bare);
    return {
      group: 'acquire',
      title: `Minting from a server that takes ${SERVER_DELAY} ms, and validating, over TLS on loopback`,
      figures: [
        measured('bare', 'bare token request, connection kept', 'ms', mints.bare),
        measured('mint', 'mint, metadata warm', 'ms', mints.warm),
        measured('mint-cold', 'mint, nothing warm: discovery, keys, handshake', 'ms', mints.cold),
        measured('overhead', 'overhead, metadata warm', 'ms', overhead, 8),
        measured(
          'overhead-cold',
          'overhead, nothing warm',
          'ms',
          differences(mints.cold, mints.bare),
        ),
        ratioOf(
          'mint-over-bare',
          'mint over the bare request, metadata warm',
          mints.warm,
          mints.bare,
        ),
        measured('rs256', 'introspection, RS256', 'us', RS256, 300),
        measured('es256', 'introspection, ES256', 'us', ES256, 300),
        ratioOf('rs256-over-bare', 'RS256 over the bare signature check', RS256, bareRS256),
        ratioOf('es256-over-bare', 'ES256 over the bare signature check', ES256, bareES256),
      ],
      notes: ['Introspection with warm keys, without Cedar, records kept nowhere.'],
    };
  } finally {
    upstreams.stop();
  }
}

function mintProbes(upstreams: UpstreamProcess) {
  const warm = openWired(upstreams);
  const agent = new https.Agent({ keepAlive: true });
  return {
    bare: () => bareTokenRequest(upstreams.url, agent),
    warm: () => mint(warm),
    cold: () => mint(openWired(upstreams)),
  };
}

/** Introspections, each beside the check of the signature alone by node:crypto. */
function introspectionProbes(upstreams: UpstreamProcess) {
  const vending = openWired(upstreams);
  const introspect = (algorithm: Algorithm) => {
    const form = { token: upstreams.tokens[algorithm], client_id: 'team-7/api' };
    const event = requestEvent('/oauth2/introspect', form);
    return microseconds(async () => {
      const { body } = await handle(vending, event);
      if (!body.startsWith('{"active":true')) throw new Error(`${algorithm} is not active`);
    }, 20);
  };
  const bare = (algorithm: Algorithm) => {
    const [header, payload, signature = ''] = upstreams.tokens[algorithm].split('.');
    const data = Buffer.from(`${header}.${payload}`);
    const bytes = Buffer.from(signature, 'base64url');
    const key = createPublicKey({ key: upstreams.keys[algorithm], format: 'jwk' });
    return microseconds(() => {
      if (!verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, bytes))
        throw new Error(`${algorithm} does not verify`);
    }, 20);
  };
  return {
    RS256: introspect('RS256'),
    bareRS256: bare('RS256'),
    ES256: introspect('ES256'),
    bareES256: bare('ES256'),
  };
}
