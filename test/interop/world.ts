import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { type InteropAws, startAws } from './aws.ts';
import { type Front, openFront } from './front.ts';
import type { InteropServer, RunningServer } from './server.ts';

/**
 * A server, the deployed bundle under the runtime interface client of AWS, and moto as AWS behind
 * it.
 */
export interface InteropWorld extends AsyncDisposable {
  readonly definition: InteropServer;
  readonly server: RunningServer;
  readonly front: Front;
  readonly aws: InteropAws;
  /** Its own authorization server, Secrets Manager and object store are not used. */
  readonly system: TestSystem;
  /** The client id by mint, of the JWTs that were vended. */
  readonly jwts: Map<string, string>;
}

/** Starts all of it, in a temporary directory that is removed at the end. */
export async function startWorld(definition: InteropServer): Promise<InteropWorld> {
  const directory = await mkdtemp(path.join(tmpdir(), `token-vending-${definition.name}-`));
  const started: (() => PromiseLike<void>)[] = [
    () => rm(directory, { recursive: true, force: true }),
  ];
  const stop = async () => {
    for (const close of started.splice(0).reverse()) await close();
  };
  try {
    const front = await openFront();
    started.push(() => front.close());
    const [server, aws] = await Promise.all([
      definition.start({ directory, port: front.serverPort, publicUrl: front.url }),
      startAws(directory),
    ]);
    started.push(
      () => aws[Symbol.asyncDispose](),
      () => server.stop(),
    );
    const system = await startTestSystem({ runtime: 'ric', environment: aws.environment });
    started.push(() => system.stop());
    const jwts = new Map<string, string>();
    return { definition, server, front, aws, system, jwts, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
