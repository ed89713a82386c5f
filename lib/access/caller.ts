import { VendError } from '../errors/vend-error.ts';
import type { VerifiedIdentity } from '../http/messages.ts';

export type PrincipalKind = 'role' | 'user' | 'root' | 'federated-user';

/** The AWS principal that signed the request. */
export interface Caller extends VerifiedIdentity {
  readonly partition: string;
  readonly kind: PrincipalKind;
  /** Name of the role or user; `root` for root. */
  readonly name: string;
  /** Chosen by the principal that assumed the role. It is only recorded, and proves nothing. */
  readonly sessionName: string | undefined;
  /**
   * The principal that policies name, without the session: `arn:aws:iam::111122223333:role/NAME`.
   * The ARN of a session does not contain the path of its role, so this ARN has no path.
   */
  readonly principalArn: string;
}

const ARN = /^arn:(aws|aws-[a-z-]+):(iam|sts)::(\d{12}):(.+)$/;
// The characters that IAM allows in names of users, roles and sessions, and in paths.
const NAME = '[\\w+=,.@-]+';
const SESSION = new RegExp(`^assumed-role/(${NAME})/(${NAME})$`);
const ROLE = new RegExp(`^role/(?:[!-~]+/)?(${NAME})$`);
const USER = new RegExp(`^user/(?:[!-~]+/)?(${NAME})$`);
const FEDERATED = new RegExp(`^federated-user/(${NAME})$`);

type Principal = Pick<Caller, 'kind' | 'name' | 'sessionName' | 'principalArn'>;

/**
 * Reads the caller from the ARN that the platform verified
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html), in every
 * partition.
 *
 * @throws {@link VendError} `caller_unidentified` if the ARN is not that of a principal, or names
 *   another account
 */
export function identifyCaller(identity: VerifiedIdentity): Caller {
  const [, partition, service, accountId, resource] = ARN.exec(identity.arn) ?? [];
  if (partition === undefined || resource === undefined || accountId !== identity.accountId) {
    throw unidentified('the ARN is not that of a principal in the caller account');
  }
  const principal =
    service === 'sts'
      ? findSession(partition, accountId, resource)
      : findIamPrincipal(identity.arn, resource);
  if (principal === undefined)
    throw unidentified('the ARN is neither role session, user, federated user nor root');
  return { ...identity, partition, ...principal };
}

/**
 * A principal for an access evaluation, although it did not sign the request: from the ARN of a
 * role (with or without path), a user or a session.
 *
 * @returns `undefined` if the ARN is not that of a principal
 */
export function imagineCaller(arn: string, organizationId: string | undefined): Caller | undefined {
  const [, partition, service, accountId, resource] = ARN.exec(arn) ?? [];
  if (partition === undefined || accountId === undefined || resource === undefined)
    return undefined;
  const principal =
    service === 'sts'
      ? findSession(partition, accountId, resource)
      : (findRole(partition, accountId, resource) ?? findIamPrincipal(arn, resource));
  const identity = { accountId, arn, userId: '', accessKeyId: undefined, organizationId };
  return principal && { ...identity, partition, ...principal };
}

function findRole(partition: string, accountId: string, resource: string): Principal | undefined {
  const [, name] = ROLE.exec(resource) ?? [];
  return name === undefined ? undefined : roleOf(partition, accountId, name, undefined);
}

function roleOf(
  partition: string,
  accountId: string,
  name: string,
  sessionName: string | undefined,
): Principal {
  return {
    kind: 'role',
    name,
    sessionName,
    principalArn: `arn:${partition}:iam::${accountId}:role/${name}`,
  };
}

function findSession(
  partition: string,
  accountId: string,
  resource: string,
): Principal | undefined {
  const [, role, sessionName] = SESSION.exec(resource) ?? [];
  if (role !== undefined) return roleOf(partition, accountId, role, sessionName);
  const [, federated] = FEDERATED.exec(resource) ?? [];
  if (federated === undefined) return undefined;
  return {
    kind: 'federated-user',
    name: federated,
    sessionName: undefined,
    principalArn: `arn:${partition}:sts::${accountId}:federated-user/${federated}`,
  };
}

function findIamPrincipal(arn: string, resource: string): Principal | undefined {
  if (resource === 'root')
    return { kind: 'root', name: 'root', sessionName: undefined, principalArn: arn };
  const [, user] = USER.exec(resource) ?? [];
  return user === undefined
    ? undefined
    : { kind: 'user', name: user, sessionName: undefined, principalArn: arn };
}

function unidentified(detail: string): VendError {
  return new VendError('caller_unidentified', { detail });
}
