import { CREDENTIAL_ID_RULE, findCredentialId } from '../../credential/id.ts';

/** Says why no request has a value, and what to write; `undefined` if a request can have it. */
type Rule = (value: string) => string | undefined;

// The partitions that the AWS SDK knows.
const PARTITIONS = [
  'aws',
  'aws-cn',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-us-gov',
];
const NAME = /^[\w+=,.@-]{1,64}$/;
const NAME_RULE = 'the name must be 1 to 64 letters, digits, and + = , . @ _ -';
const ROLE_FORM = 'arn:aws:iam::111122223333:role/NAME';
const USER_FORMS =
  'arn:aws:iam::111122223333:user/NAME, arn:aws:iam::111122223333:root or arn:aws:sts::111122223333:federated-user/NAME';

interface Arn {
  /** `arn:aws:iam::111122223333` */
  readonly start: string;
  readonly partition: string;
  readonly service: string;
  readonly account: string;
  readonly resource: string;
}

function findArn(text: string): Arn | undefined {
  const [, start, partition, service, account, resource] =
    /^(arn:([^:]*):(iam|sts)::([^:]*)):(.+)$/.exec(text) ?? [];
  return start === undefined
    ? undefined
    : ({ start, partition, service, account, resource } as Arn);
}

const findPartitionError: Rule = (partition) =>
  PARTITIONS.includes(partition)
    ? undefined
    : `the partition must be one of ${PARTITIONS.join(', ')}`;

const findAccountError: Rule = (account) =>
  /^\d{12}$/.test(account) ? undefined : 'an account has 12 digits';

const findNameError: Rule = (name) => {
  if (name.includes('*')) return 'it has no wildcards. Compare principal.arn by "like" instead';
  return NAME.test(name) ? undefined : NAME_RULE;
};

function findStartError({ partition, account }: Arn): string | undefined {
  return findPartitionError(partition) ?? findAccountError(account);
}

const findRoleError: Rule = (id) => {
  const arn = findArn(id);
  if (arn === undefined) return `it must be an ARN such as ${ROLE_FORM}`;
  const { partition, service, account, resource } = arn;
  const [kind = '', ...path] = resource.split('/');
  const name = path.pop() ?? '';
  const start = `arn:${partition}:iam::${account}`;
  if (service === 'sts' && kind === 'assumed-role')
    return `it names a session. Write the role: ${start}:role/${path[0] ?? name}`;
  if (kind === 'user' || kind === 'root' || kind === 'federated-user')
    return 'it is not a role. Write User::"..."';
  if (service !== 'iam' || kind !== 'role') return `it must be an ARN such as ${ROLE_FORM}`;
  if (path.length > 0)
    return `the ARN of a session does not contain the path of its role. Write ${start}:role/${name}`;
  return findStartError(arn) ?? findNameError(name);
};

const findUserError: Rule = (id) => {
  const arn = findArn(id);
  if (arn === undefined) return `it must be ${USER_FORMS}`;
  const [kind = '', ...path] = arn.resource.split('/');
  const name = path.pop();
  if (kind === 'role' || kind === 'assumed-role') return 'it is not a user. Write Role::"..."';
  const isForm =
    arn.service === 'sts'
      ? kind === 'federated-user' && path.length === 0
      : kind === 'user' || arn.resource === 'root';
  if (!isForm) return `it must be ${USER_FORMS}`;
  return findStartError(arn) ?? (name === undefined ? undefined : findNameError(name));
};

const findSegmentError: Rule = (segment) =>
  findCredentialId(`team/${segment}`) === undefined
    ? 'it must be 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen'
    : undefined;

/** The rules of the ids of entities, by type. A value that breaks its rule is in no request. */
export const ENTITY_RULES: Readonly<Record<string, Rule>> = {
  Role: findRoleError,
  User: findUserError,
  Account: findAccountError,
  Organization: (id) =>
    /^o-[a-z0-9]{10,32}$/.test(id)
      ? undefined
      : 'an organization is o- with 10 to 32 lower-case letters and digits',
  Team: findSegmentError,
  Credential: (id) => (findCredentialId(id) === undefined ? `it ${CREDENTIAL_ID_RULE}` : undefined),
};

/** The rules of the attributes of `principal` and `resource`. */
export const ATTRIBUTE_RULES: Readonly<Record<string, Rule>> = {
  'principal.arn': (arn) =>
    /:(role|assumed-role)\//.test(arn) ? findRoleError(arn) : findUserError(arn),
  'principal.name': findNameError,
  'principal.partition': findPartitionError,
  'resource.name': findSegmentError,
};

/**
 * The rule of a pattern that `principal.arn` is compared with by `like`.
 *
 * @param pattern with `*` for each wildcard
 */
export const findArnPatternError: Rule = (pattern) => {
  const [, resource = ''] = /^arn:[^:]+:iam::[^:]+:role\/(.*)$/.exec(pattern) ?? [];
  return resource.includes('/')
    ? 'the ARN of a session does not contain the path of its role. Compare principal.name'
    : undefined;
};
