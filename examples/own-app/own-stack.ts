import { fileURLToPath } from 'node:url';
import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Credential } from '../../infra/credential.ts';
import { TokenVending } from '../../infra/token-vending.ts';
import type { TokenVendingProps } from '../../infra/token-vending-props.ts';

type Bundle = 'bundle' | 'proberBundle' | 'anchorBundle' | 'registryBundle' | 'rotationBundle';

/** A platform team's own stack: the constructs of token-vending beside whatever else it deploys. */
export class OwnStack extends Stack {
  /** @param bundles for tests: directories in the place of those in dist/ */
  constructor(scope: Construct, id: string, bundles: Pick<TokenVendingProps, Bundle> = {}) {
    super(scope, id);
    const vending = new TokenVending(this, 'TokenVending', {
      name: 'company-tokens',
      secretPrefix: 'company-tokens/',
      policies: fileURLToPath(new URL('../policies/one-account', import.meta.url)),
      // API Gateway, for a domain name and a web ACL of the company.
      endpoint: { kind: 'rest' },
      // A role of this account, and whatever two other accounts let in by their own identity policies.
      allowedPrincipals: {
        roles: ['arn:aws:iam::111122223333:role/deploy-web'],
        accounts: ['444455556666', '777788889999'],
      },
      listCredentials: false,
      // The policies of this example know no prober.
      prober: false,
      auditLockMode: 'compliance',
      auditRetention: Duration.days(3650),
      ...bundles,
    });
    new Credential(this, 'Catalog', { vending, credential: 'web/catalog-api' });
    new Credential(this, 'Lake', {
      vending,
      credential: 'data/lake-api',
      description: 'Reads the data lake, for nightly jobs',
    });
  }
}
