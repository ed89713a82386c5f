import { type BudgetLimits, Budgets } from '../access/budgets.ts';
import type { DocumentOptions } from '../credential/document.ts';
import type { SecretsApi } from '../credential/secrets-api.ts';
import { Grants } from '../grant/grants.ts';
import type { Recipes } from '../rotation/recipes.ts';
import { Authorizer } from '../vending/authorizer.ts';
import { Recorder } from '../vending/recorder.ts';
import type { VendingPorts } from '../vending/vending.ts';
import { CredentialSecrets, type SecretSettings } from './credential-secrets.ts';
import { RegisteredCredentials } from './registered-credentials.ts';

/** The ports of the registry. */
export interface RegistryPorts extends Omit<VendingPorts, 'store'> {
  readonly secrets: SecretsApi;
}

export interface RegistryOptions {
  readonly settings: SecretSettings;
  /** With what documents are read. */
  readonly reading: DocumentOptions;
  /** The recipes that documents may name. */
  readonly recipes: Recipes;
  /** ARN of the function that rotates; absent: the deployment rotates nothing. */
  readonly rotationFunction?: string | undefined;
  /** Whether old secrets are removed when their overlap is over. */
  readonly overlaps: boolean;
  /** Budgets of each principal in one process. */
  readonly budgets: BudgetLimits;
  /** Page with one entry per error code; `error_uri` points there. */
  readonly troubleshootingUrl: string;
}

/** One registry with all its parts. It has no state of a single request. */
export interface Registry
  extends Omit<RegistryPorts, 'secrets'>,
    Omit<RegistryOptions, 'budgets' | 'settings'> {
  readonly recorder: Recorder;
  readonly authorizer: Authorizer;
  readonly secrets: CredentialSecrets;
  readonly registered: RegisteredCredentials;
  readonly grants: Grants;
  readonly budgets: Budgets;
}

export function createRegistry(ports: RegistryPorts, options: RegistryOptions): Registry {
  const { clock, server, verifier, policy } = ports;
  const { settings, reading, budgets: limits, ...rest } = options;
  const recorder = new Recorder(ports.audit, ports.metrics);
  const authorizer = new Authorizer(policy, clock);
  const budgets = new Budgets(clock, limits);
  const secrets = new CredentialSecrets(ports.secrets, settings);
  const registered = new RegisteredCredentials(secrets, authorizer, budgets);
  const grants = new Grants({ clock, server, verifier, urls: reading });
  const parts = { recorder, authorizer, secrets, registered, grants, budgets };
  return { ...ports, ...rest, reading, ...parts };
}
