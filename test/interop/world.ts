import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { type InteropAws, startAws } from './aws.ts';
import { type Front, openFront } from './front.ts';
import type { InteropServer, RunningServer } from './server.ts';
import { type InteropSts, startInteropSts } from './sts.ts';

/**
 * A server, the deployed bundle under the runtime interface client of AWS, and moto as AWS behind
 * it.
 */
export interface InteropWorld extends AsyncDisposable {
  readonly definition: InteropServer;
  readonly server: RunningServer;
  readonly front: Front;
  readonly aws: InteropAws;
  readonly sts: InteropSts;
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
    const sts = await startInteropSts();
    started.push(() => sts.close());
    const environment = {
      ...aws.environment,
      AWS_ENDPOINT_URL_STS: sts.url,
      ...(await trust(directory, server)),
    };
    const system = await startTestSystem({ runtime: 'ric', environment });
    started.push(() => system.stop());
    sts.admit(system);
    const jwts = new Map<string, string>();
    return { definition, server, front, aws, sts, system, jwts, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The function trusts the authority of the server's certificate. */
async function trust(directory: string, { certificates }: RunningServer) {
  if (certificates === undefined) return {};
  const file = path.join(directory, 'server-authority.pem');
  await writeFile(file, certificates.serverAuthority);
  return { NODE_EXTRA_CA_CERTS: file };
}
