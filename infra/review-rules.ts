import type { CfnResource } from 'aws-cdk-lib';
import { NagMessageLevel, NagPack, type NagRuleResult } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { directInvokeDenied, signedEndpoint } from './review-endpoint.ts';
import { keysScoped, secretsScoped } from './review-grants.ts';

interface ReviewRule {
  readonly rule: (node: CfnResource) => NagRuleResult;
  readonly info: string;
  readonly explanation: string;
}

/** Rules of this system that the packs of cdk-nag do not have. */
export class ReviewRules extends NagPack {
  override readonly name = 'TokenVending';

  constructor(scope: IConstruct) {
    super(scope);
    this.packName = 'TokenVending';
  }

  protected override checkResource(node: CfnResource): void {
    for (const [suffix, rule] of Object.entries(RULES)) {
      this.applyRule({ ...rule, node, level: NagMessageLevel.ERROR, ruleSuffixOverride: suffix });
    }
  }
}

const RULES: Readonly<Record<string, ReviewRule>> = {
  SignedEndpoint: {
    rule: signedEndpoint,
    info: 'The endpoint does not verify signatures.',
    explanation: 'Who signed is all that policy has to decide by: authorization must be AWS_IAM.',
  },
  DirectInvokeDenied: {
    rule: directInvokeDenied,
    info: 'A function behind an endpoint can be invoked directly.',
    explanation:
      'Whoever invokes it directly writes the identity of the caller into the event: resource policies of the function, its versions and its aliases must deny lambda:InvokeFunction to all.',
  },
  SecretsScoped: {
    rule: secretsScoped,
    info: 'A role may use secrets without bounds.',
    explanation: 'Name each action, and a name or prefix for all but ListSecrets.',
  },
  KeysScoped: {
    rule: keysScoped,
    info: 'A role may use keys without bounds.',
    explanation: 'Name each action and the key.',
  },
};
