import path from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AssertionKey } from './assertion-key.ts';
import type { TokenVendingConfig } from './config-schema.ts';
import type { EndpointKind } from './endpoint.ts';
import { TokenVending } from './token-vending.ts';

export interface TokenVendingStackProps {
  readonly config: TokenVendingConfig;
  /** Directory of the configuration file. Its relative paths start there. */
  readonly directory: string;
  /**
   * Directory of the function's bundle.
   *
   * @default as of `TokenVending`
   */
  readonly bundle?: string;
  /**
   * Directory of the prober's bundle.
   *
   * @default as of `TokenVending`
   */
  readonly proberBundle?: string;
  /**
   * Directory of the bundle of the function that anchors the audit log.
   *
   * @default as of `TokenVending`
   */
  readonly anchorBundle?: string;
  /**
   * Directory of the bundle of the registry.
   *
   * @default as of `TokenVending`
   */
  readonly registryBundle?: string;
  /**
   * Directory of the bundle of the function that rotates.
   *
   * @default as of `TokenVending`
   */
  readonly rotationBundle?: string;
}

/** The stack that `token-vending.config.yaml` describes. It has the name of the deployment. */
export class TokenVendingStack extends Stack {
  readonly vending: TokenVending;

  constructor(scope: Construct, { config, directory, ...bundles }: TokenVendingStackProps) {
    super(scope, config.name, {
      description: 'OAuth2 access tokens for AWS identities (token-vending)',
    });
    const { auditRetentionDays, logRetentionDays, ...rest } = config;
    const { profiles, anchorCopy, createdAssertionKeys = {}, ...settings } = rest;
    this.vending = new TokenVending(this, 'TokenVending', {
      ...settings,
      ...bundles,
      policies: path.resolve(directory, config.policies),
      ...(anchorCopy === undefined ? {} : { anchorCopy }),
      ...(profiles === undefined ? {} : { profiles: path.resolve(directory, profiles) }),
      endpoint: toEndpoint(config),
      auditRetention: Duration.days(auditRetentionDays),
      logRetention: logRetentionDays,
    });
    for (const [name, algorithm] of Object.entries(createdAssertionKeys))
      new AssertionKey(this, `AssertionKey-${name}`, { vending: this.vending, name, algorithm });
  }
}

function toEndpoint(config: TokenVendingConfig): EndpointKind {
  const { endpoint, vpcEndpoints = [], functionUrlId } = config;
  if (endpoint === 'private-rest') return { kind: endpoint, vpcEndpoints };
  return endpoint === 'url' && functionUrlId !== undefined
    ? { kind: endpoint, id: functionUrlId }
    : { kind: endpoint };
}
