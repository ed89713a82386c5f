import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { calledBy } from '../lib/credential/secrets-manager-statements.ts';

/** What the recipes that use the role of the rotation function may act on, by ARN. */
export interface RotationTargets {
  /** Functions of the recipe `lambda`. */
  readonly lambdaFunctions?: readonly string[] | undefined;
  /** User pools of the recipe `cognito`. */
  readonly cognitoUserPools?: readonly string[] | undefined;
}

/** Lets the rotation function invoke these functions, and change the secrets of clients of these pools. */
export function permitRotationTargets(
  role: Role,
  functionArn: string,
  { lambdaFunctions = [], cognitoUserPools = [] }: RotationTargets,
): void {
  const permit = (sid: string, actions: string[], resources: readonly string[]) => {
    if (resources.length === 0) return;
    const conditions = calledBy(functionArn);
    role.addToPolicy(new PolicyStatement({ sid, actions, resources: [...resources], conditions }));
  };
  permit('InvokeRotators', ['lambda:InvokeFunction'], lambdaFunctions);
  permit(
    'RotateUserPoolClients',
    ['Add', 'Delete', 'List'].map(
      (verb) => `cognito-idp:${verb}UserPoolClientSecret${verb === 'List' ? 's' : ''}`,
    ),
    cognitoUserPools,
  );
}
