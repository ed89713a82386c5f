import type { Construct } from 'constructs';
import { Credential } from '../../infra/credential.ts';
import { PROBE_CREDENTIAL } from '../../infra/prober.ts';
import { TokenVendingStack, type TokenVendingStackProps } from '../../infra/token-vending-stack.ts';

export interface FormerTeamsStackProps extends TokenVendingStackProps {
  /** The credentials of `teams` in the former configuration, as `team/name`. */
  readonly credentials: readonly string[];
}

/**
 * The stack with the secrets that the configuration key `teams` created. One deployment of it marks
 * their resource policies as retained, and lets the registry read the secrets. The next deployment
 * of the stack without them then changes nothing about them.
 */
export class FormerTeamsStack extends TokenVendingStack {
  constructor(scope: Construct, { credentials, ...props }: FormerTeamsStackProps) {
    super(scope, props);
    const { vending } = this;
    // CloudFormation finds the former resources by the ids of their constructs.
    if (props.config.prober)
      new Credential(vending, 'Probe', { vending, credential: PROBE_CREDENTIAL });
    const others = credentials.filter((one) => !props.config.prober || one !== PROBE_CREDENTIAL);
    for (const credential of others) new Credential(this, credential, { vending, credential });
  }
}
