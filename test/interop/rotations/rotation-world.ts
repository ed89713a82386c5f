import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTestSystem } from '../../support/test-system.ts';
import type { CredentialWorld } from '../credential.ts';
import type { InteropServer, RunningServer } from '../server.ts';

/** Each gets tokens of its own. */
export const TEN_CALLERS: readonly string[] = [
  'ci-checkout',
  'ci-inventory',
  'ci-payments',
  'checkout-lead',
  'on-call',
  'operator',
  'account-admin',
  'break-glass',
  'newcomer',
  'token-vending-prober-eu-north-1',
];

/**
 * A server, and the bundles of vending, registry and rotation with the Secrets Manager of the local
 * system: moto would run the rotation in a container. Documents go through the registry, which tests
 * them.
 */
export interface RotationWorld extends CredentialWorld, AsyncDisposable {}

/** Starts all but the server. */
export async function startRotationWorld(
  definition: InteropServer,
  server: RunningServer,
): Promise<RotationWorld> {
  const policies = await mkdtemp(path.join(tmpdir(), 'token-vending-policies-'));
  const remove = async () => await rm(policies, { recursive: true, force: true });
  try {
    await writeFile(
      path.join(policies, 'all.cedar'),
      '@id("all")\npermit (principal, action, resource);\n',
    );
    const system = await startTestSystem({ runtime: 'ric', policies });
    const registry = system.registryClient('operator');
    return {
      definition,
      server,
      system,
      jwts: new Map(),
      aws: {
        async putDocument(credential, document) {
          await registry.put(credential, document as Readonly<Record<string, unknown>>);
        },
      },
      async [Symbol.asyncDispose]() {
        await system.stop().finally(remove);
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
