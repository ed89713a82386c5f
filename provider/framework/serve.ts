import { writeSync } from 'node:fs';
import path from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { framesOf } from './diagnostics/stack-frames.ts';
import type { Provider } from './dispatch/provider.ts';
import { rpcs } from './dispatch/rpcs.ts';
import { Session } from './dispatch/session.ts';
import { type Certificate, makeCertificate } from './process/certificate.ts';
import { addUnaryService, listen, makeGrpcServer } from './process/grpc-server.ts';
import {
  type Address,
  findLaunchError,
  formatHandshake,
  type Launch,
  readLaunch,
} from './process/handshake.ts';
import { type Log, makeLog } from './process/log.ts';
import { addPluginServices } from './process/plugin-services.ts';
import { followProcessRules } from './process/process-rules.ts';
import { makeSocketDirectory } from './process/socket-directory.ts';
import { Provider as ProviderService } from './wire/generated/tfplugin6_pb.js';
import { toServiceDefinition } from './wire/grpc-service.ts';

const STDOUT = 1;

/**
 * Serves a provider to the Terraform that started this process. The promise resolves after the
 * handshake, and the process runs until Terraform ends it.
 *
 * @example
 * ```ts
 * await serve(defineProvider({ name: 'greeting', version: '1.0.0', ... }));
 * ```
 */
export async function serve(provider: Provider): Promise<void> {
  const { name } = provider;
  const error = findLaunchError(name, process.env);
  if (error !== undefined) {
    // Terraform shows the first line of standard output.
    writeSync(STDOUT, `${error}\n`);
    process.exit(1);
  }
  const log = makeLog({
    module: name,
    environment: process.env,
    write: (line) => process.stderr.write(line),
  });
  followProcessRules(name, log);
  const server = makeGrpcServer();
  addProvider(server, new Session(provider, log), log);
  addPluginServices(server, () => process.exit(0));
  await announce(server, readLaunch(process.env));
}

function addProvider(server: Server, session: Session, log: Log): void {
  const methods = Object.entries(rpcs).map(([name, rpc]) => [
    name,
    (request: never) =>
      (rpc as (session: Session, request: never) => Promise<unknown>)(session, request),
  ]);
  addUnaryService(
    server,
    toServiceDefinition(ProviderService),
    Object.fromEntries(methods),
    (error) => log.error('a call failed unexpectedly', { frames: framesOf(error) }),
  );
}

async function announce(server: Server, { clientCert, socketDir }: Launch): Promise<void> {
  const certificate = clientCert === undefined ? undefined : makeCertificate();
  const at = await bind(server, socketDir, certificate, clientCert);
  writeSync(STDOUT, formatHandshake(at, certificate?.der));
}

async function bind(
  server: Server,
  socketDir: string | undefined,
  certificate: Certificate | undefined,
  clientCert: string | undefined,
): Promise<Address> {
  const tls =
    certificate === undefined || clientCert === undefined ? undefined : { certificate, clientCert };
  if (process.platform === 'win32') {
    const port = await listen(server, '127.0.0.1:0', tls);
    return { network: 'tcp', address: `127.0.0.1:${port}` };
  }
  const socket = path.join(makeSocketDirectory(socketDir), 'p');
  await listen(server, `unix:${socket}`, tls);
  return { network: 'unix', address: socket };
}
