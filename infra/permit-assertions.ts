import { Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import * as v from 'valibot';
import { SIGNING_ALGORITHMS } from '../lib/credential/document-schema.ts';
import { calledBy } from '../lib/credential/secrets-manager-statements.ts';
import { kmsAlgorithmOf } from '../lib/signing/kms-algorithms.ts';
import { WEB_IDENTITY_VALID_FOR } from '../lib/time/time-budget.ts';
import { kmsKeyArn, webIdentityAudience } from './config-values.ts';
import { ConfigurationError } from './configuration-error.ts';
import { functionArnOf } from './function-role.ts';

export interface AssertionAccess {
  /** The only function that may use the permission. */
  readonly functionName: string;
  /** ARNs of the keys that sign assertions. */
  readonly keys: readonly string[];
  /** Audiences of the assertions of STS. */
  readonly audiences: readonly string[];
}

/**
 * Lets the function sign assertions of clients: with these keys, and by STS for these audiences. It
 * gets nothing if there are none.
 *
 * @throws ConfigurationError if a key is not one of this Region, or an audience has a wildcard
 */
export function permitAssertions(role: Role, access: AssertionAccess): void {
  const { functionName, keys, audiences } = access;
  const functionArn = functionArnOf(role, functionName);
  for (const key of keys) checkKey(role, key);
  for (const audience of audiences)
    check('webIdentityAudiences', audience, v.safeParse(webIdentityAudience, audience));
  if (keys.length > 0)
    role.addToPolicy(signStatement({ keys, functionArn, algorithms: KMS_ALGORITHMS }));
  if (audiences.length > 0) role.addToPolicy(identityStatement(audiences, functionArn));
}

const KMS_ALGORITHMS = SIGNING_ALGORITHMS.map((alg) => kmsAlgorithmOf(alg).name);

/** Signs messages with keys. KMS states the two conditions also if a request leaves out a default. */
export function signStatement(access: {
  readonly keys: readonly string[];
  readonly functionArn: string;
  /** In the words of KMS. */
  readonly algorithms: readonly string[];
}): PolicyStatement {
  return new PolicyStatement({
    sid: 'SignAssertions',
    actions: ['kms:Sign'],
    resources: [...access.keys],
    conditions: {
      ...calledBy(access.functionArn),
      StringEquals: {
        'kms:MessageType': 'RAW',
        'kms:SigningAlgorithm': [...access.algorithms],
      },
    },
  });
}

// The condition keys are those that AWS documents for this action; it has no resource:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html
function identityStatement(audiences: readonly string[], functionArn: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'IssueAssertions',
    actions: ['sts:GetWebIdentityToken'],
    resources: ['*'],
    conditions: {
      ...calledBy(functionArn),
      // ForAllValues is also met if the request has no audience.
      'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [...audiences] },
      Null: { 'sts:IdentityTokenAudience': 'false' },
      StringEquals: { 'sts:SigningAlgorithm': ['RS256', 'ES384'] },
      NumericLessThanEquals: { 'sts:DurationSeconds': WEB_IDENTITY_VALID_FOR / 1000 },
    },
  });
}

function checkKey(role: Role, arn: string): void {
  if (Token.isUnresolved(arn)) return;
  check('assertionKeys', arn, v.safeParse(kmsKeyArn, arn));
  const { region } = Stack.of(role);
  const [, , , of] = arn.split(':');
  if (Token.isUnresolved(region) || of === region) return;
  throw new ConfigurationError(
    `assertionKeys: ${arn} is a key of ${of}, and the function runs in ${region}; name a key of its Region.`,
  );
}

function check(
  name: string,
  value: string,
  result: v.SafeParseResult<typeof kmsKeyArn | typeof webIdentityAudience>,
): void {
  if (result.success) return;
  throw new ConfigurationError(`${name}: ${value} ${result.issues[0].message}.`);
}
