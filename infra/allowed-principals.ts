import { Fn, Token } from 'aws-cdk-lib';
import { AccountPrincipal, AnyPrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';

/**
 * The principals that may call the endpoint. At least one kind must be named. Access policies
 * decide about each request.
 */
export interface AllowedPrincipals {
  /**
   * ARNs of IAM roles, with their path. `*` in a name stands for any characters:
   * `arn:aws:iam::111122223333:role/ci-*`.
   *
   * @default no role by name
   */
  readonly roles?: readonly string[] | undefined;
  /**
   * Ids of accounts whose administrators decide by identity policies who may call.
   *
   * @default no account
   */
  readonly accounts?: readonly string[] | undefined;
  /**
   * Id of an AWS organization (`o-...`), all of whose principals may call.
   *
   * @default no organization
   */
  readonly organization?: string | undefined;
}

/** By operator, then by key. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;

/**
 * The members of an Allow statement for one kind of principal. All conditions of a statement must
 * be met.
 */
export interface Admission {
  readonly principals: IPrincipal[];
  readonly conditions: Conditions;
}

/**
 * One admission for each kind. `aws:PrincipalArn` is the role of the session that signs. Unlike a
 * role in `Principal`, it may name a role that does not exist yet
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */
export function admissionsOf({
  roles = [],
  accounts = [],
  organization,
}: AllowedPrincipals): Admission[] {
  const anyone = [new AnyPrincipal()];
  const all: Admission[] = [];
  if (roles.length > 0)
    all.push({
      principals: anyone,
      conditions: {
        ArnLike: { 'aws:PrincipalArn': [...roles] },
        // Security Hub's Lambda.1 counts a policy as public unless a condition has fixed values.
        StringEquals: { 'aws:PrincipalAccount': accountsOf(roles) },
      },
    });
  if (accounts.length > 0)
    all.push({ principals: accounts.map((id) => new AccountPrincipal(id)), conditions: {} });
  if (organization !== undefined)
    all.push({
      principals: anyone,
      conditions: { StringEquals: { 'aws:PrincipalOrgID': organization } },
    });
  return all;
}

/**
 * Conditions of a Deny statement for all other principals. Without it, an identity policy alone
 * would let a principal of the function's own account call. Negated operators also match if the key
 * is missing.
 */
export function conditionsOfAllOthers({
  roles = [],
  accounts = [],
  organization,
}: AllowedPrincipals): Conditions {
  const stringNotEquals = {
    ...(accounts.length === 0 ? {} : { 'aws:PrincipalAccount': [...accounts] }),
    ...(organization === undefined ? {} : { 'aws:PrincipalOrgID': organization }),
  };
  return {
    ...(roles.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': [...roles] } }),
    ...(Object.keys(stringNotEquals).length === 0 ? {} : { StringNotEquals: stringNotEquals }),
  };
}

function accountsOf(arns: readonly string[]): string[] {
  return [
    ...new Set(
      arns.map((arn) =>
        // The ARN of a role of this template is known at deployment.
        Fn.select(4, Token.isUnresolved(arn) ? Fn.split(':', arn) : arn.split(':')),
      ),
    ),
  ];
}
