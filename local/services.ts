import path from 'node:path';
import { type LocalAuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import type { Callers, LocalCaller } from './callers.ts';
import type { LocalCertificateServer } from './certificate-server.ts';
import { REGISTRY, ROTATION, VENDING } from './deployed-functions.ts';
import { type LocalIamApi, startIamApi } from './iam-api.ts';
import { type LocalKms, startKms } from './kms.ts';
import type { RotationFunction } from './secret-rotations.ts';
import { SecretStore } from './secret-store.ts';
import { type LocalSecretsManager, startSecretsManager } from './secrets-manager.ts';
import { type LocalSts, startSts } from './security-token-service.ts';
import { seed } from './seed.ts';
import type { LocalSystemOptions } from './system.ts';

/** What the function talks to, and whom its tokens are for. */
export interface LocalServices {
  readonly authorizationServer: LocalAuthorizationServer;
  /** The server that authenticates by certificates, with `certificates: true`. */
  readonly certificateServer: LocalCertificateServer | undefined;
  readonly secretsManager: LocalSecretsManager;
  readonly kms: LocalKms;
  readonly sts: LocalSts;
  /**
   * The first consumer of tokens: Hii Retail IAM, which accepts those of `checkout/hiiretail-iam`.
   */
  readonly iamApi: LocalIamApi;
}

export interface ServicesOptions {
  readonly directory: string;
  readonly region: string;
  readonly callers: Callers;
  readonly options: Pick<LocalSystemOptions, 'ports' | 'certificates'>;
  readonly rotationFunction: RotationFunction;
  /** Gets what stops each service. */
  readonly started: (() => Promise<void>)[];
}

/** Starts the services on loopback, with every credential of the local system. */
export async function startServices(surroundings: ServicesOptions): Promise<LocalServices> {
  const { directory, region, callers, options, rotationFunction, started } = surroundings;
  const ports = options.ports ?? {};
  const keep = <T extends { close(): Promise<void> }>(service: T): T => {
    started.push(() => service.close());
    return service;
  };
  const authorizationServer = keep(
    await startAuthorizationServer({ port: ports.authorizationServer ?? 0 }),
  );
  const iamApi = keep(
    await startIamApi({ port: ports.iamApi ?? 0, issuer: authorizationServer.issuer }),
  );
  const store = await SecretStore.open(path.join(directory, 'secrets.json'));
  const access = { region, callers };
  const secretsManager = keep(
    await startSecretsManager({
      port: ports.secretsManager ?? 0,
      ...access,
      store,
      rotationFunction,
    }),
  );
  const kms = keep(await startKms({ port: ports.kms ?? 0, ...access }));
  const sts = keep(await startSts({ port: ports.sts ?? 0, ...access }));
  const certificateServer =
    options.certificates === true
      ? keep(await openCertificateServer(ports.certificateServer ?? 0))
      : undefined;
  const roles = [VENDING, REGISTRY, ROTATION].map(({ role }) => callers.get(role) as LocalCaller);
  await seed({ authorizationServer, certificateServer, kms, sts, roles }, store);
  return { authorizationServer, certificateServer, secretsManager, kms, sts, iamApi };
}

// The library that makes certificates takes longer to load than the rest of the system to start.
async function openCertificateServer(port: number): Promise<LocalCertificateServer> {
  const { startCertificateServer } = await import('./certificate-server.ts');
  return await startCertificateServer(port);
}
