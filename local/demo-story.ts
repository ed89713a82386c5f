import { TokenClient, type TokenClientOptions } from '../client/index.ts';
import { RegistryClient } from '../client/registry-client.ts';
import { type HttpsResponse, openHttpsTransport } from '../lib/http/https-transport.ts';
import { showTiming } from './demo-output.ts';
import type { LocalSystem } from './system.ts';

/** What the chapters of the demo have in common. */
export interface Story {
  readonly system: LocalSystem;
  /** Number of token requests at the authorization server. */
  readonly mints: () => number;
  vends: number;
}

/** Clients that act as one caller. `showTiming` is about the last response. */
export function clientOf(system: LocalSystem, name: string) {
  const caller = system.caller(name);
  const transport = openHttpsTransport();
  let last: HttpsResponse | undefined;
  const options: TokenClientOptions = {
    endpoint: system.endpoint,
    region: system.region,
    credentials: async () => caller,
    maxRetries: 0,
    transport: async (url, request) => {
      last = await transport(url, request);
      return last;
    },
  };
  const client = new TokenClient(options);
  return {
    client,
    registry: new RegistryClient(options),
    showTiming: () => showTiming(last?.headers['server-timing'] ?? ''),
  };
}
