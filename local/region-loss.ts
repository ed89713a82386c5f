import { type FunctionsOptions, startVending } from './functions.ts';
import type { LocalSecretsManager } from './secrets-manager.ts';
import { ServiceError } from './service-error.ts';

/** What the first Region of a deployment can be put through. */
export interface RegionLoss {
  /** Ends the functions and Secrets Manager of the Region. */
  loseRegion(): Promise<void>;
  /**
   * Secrets Manager responds again, and the vending function is deployed again. The registry and the
   * rotation stay stopped.
   *
   * @param registry URL that the metadata name
   */
  regainRegion(registry: string): Promise<void>;
}

export interface LosableRegion extends FunctionsOptions {
  readonly secretsManager: LocalSecretsManager;
  /** URL of the vending function. */
  readonly endpoint: string;
}

/** Lets a test lose a Region whose functions are in `started`, and get it back. */
export function openRegionLoss({
  secretsManager,
  endpoint,
  ...functions
}: LosableRegion): RegionLoss {
  return {
    async loseRegion() {
      await closeAll(functions.started);
      secretsManager.fault = new ServiceError('ServiceUnavailable', 'The Region is lost.', 503);
    },
    async regainRegion(registry) {
      secretsManager.fault = undefined;
      const { options } = functions;
      const ports = { ...options.ports, gateway: Number(new URL(endpoint).port) };
      await startVending({ ...functions, options: { ...options, ports } }, registry);
    },
  };
}

/** Stops the parts, the last one first. */
export async function closeAll(started: (() => Promise<void>)[]): Promise<void> {
  for (const close of started.splice(0).reverse()) await close();
}
