import { beforeAll, describe, expect, it } from '@jest/globals';
import { isAllowed, type Principal, type Statement } from '../../../local/aws-iam/iam-evaluator.ts';
import type { RequestContext } from '../../../local/aws-iam/policy-condition.ts';
import { type DeployedAccess, readAccess } from '../iam/deployed-access.ts';
import { synthesisedOnce, withCredential } from '../synthesised-once.ts';

const worlds: Record<'url' | 'rest' | 'private' | 'careful' | 'keyless', DeployedAccess> =
  {} as never;

beforeAll(() => {
  const access = (more: string) => readAccess(synthesisedOnce(more, undefined, withCredential));
  worlds.url = access('');
  worlds.rest = access('endpoint: rest');
  worlds.careful = access(
    `breakGlassRole: ${BREAK_GLASS}\nsecretReaders: ['arn:aws:iam::${OWN}:role/terraform']\nanchorCopy: s3://example-copy/token-vending\nrotation: { lambdaFunctions: ['${ROTATOR}'], cognitoUserPools: ['${POOL}'] }`,
  );
  worlds.keyless = access(
    `assertionKeys: ['${SIGNING_KEY}']\ncreatedAssertionKeys: { bank: ES256 }\nwebIdentityAudiences: ['${ENTRA}', '${BANK}']`,
  );
  worlds.private = access(
    'endpoint: private-rest\nvpcEndpoints: [vpce-0123456789abcdef0]\nprober: false',
  );
});

const REGION = 'eu-north-1';
const ROTATOR = 'arn:aws:lambda:eu-north-1:111122223333:function:rotate-orders';
const POOL = 'arn:aws:cognito-idp:eu-north-1:111122223333:userpool/eu-north-1_Example01';
const OWN = '111122223333';
const FOREIGN = '444455556666';
const BREAK_GLASS = `arn:aws:iam::${OWN}:role/break-glass`;
const FUNCTION = `arn:aws:lambda:${REGION}:${OWN}:function:token-vending`;
const ALIAS = `${FUNCTION}:live`;
const VERSION = `${FUNCTION}:1`;
const PROBER = `${FUNCTION}-prober`;
const ANCHORER = `${FUNCTION}-anchor`;
const REGISTRY = `${FUNCTION}-registry`;
const REGISTRY_ALIAS = `${REGISTRY}:live`;
const ROTATE = `${FUNCTION}-rotate`;
const REGISTRY_API = `arn:aws:execute-api:${REGION}:${OWN}:r1b2c3d4e5/live/PUT/credentials/a/b`;
const API = `arn:aws:execute-api:${REGION}:${OWN}:a1b2c3d4e5/live/POST/oauth2/token`;
const SECRET = `arn:aws:secretsmanager:${REGION}:${OWN}:secret:token-vending/checkout/orders-api-a1B2c3`;
const LATER_SECRET = `arn:aws:secretsmanager:${REGION}:${OWN}:secret:token-vending/checkout/new-api-x9Y8z7`;
const OTHER_SECRET = `arn:aws:secretsmanager:${REGION}:${OWN}:secret:payroll/database-d4E5f6`;
const SIGNING_KEY = `arn:aws:kms:${REGION}:${OWN}:key/0a1b2c3d-0000-4000-8000-000000000001`;
const OTHER_KEY = `arn:aws:kms:${REGION}:${OWN}:key/0a1b2c3d-0000-4000-8000-000000000002`;
const ENTRA = 'api://AzureADTokenExchange';
const BANK = 'https://bank.example.com';

const CALL = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
const INVOKE_URL = 'lambda:InvokeFunctionUrl';
const INVOKE = 'lambda:InvokeFunction';
const signed = { 'lambda:FunctionUrlAuthType': 'AWS_IAM' };
const unsigned = { 'lambda:FunctionUrlAuthType': 'NONE' };
const throughUrl = { 'lambda:InvokedViaFunctionUrl': 'true' };
const notThroughUrl = { 'lambda:InvokedViaFunctionUrl': 'false' };
const by = (account: string) => ({ 'kms:CallerAccount': account });
const viaSecretsManager = (arn: string) => ({
  'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`,
  'kms:CallerAccount': OWN,
  'kms:EncryptionContext:SecretARN': arn,
});

function who(name: string, account: string, ...statements: Statement[]): Principal {
  return {
    arn: `arn:aws:iam::${account}:role/${name}`,
    account,
    policies: [{ Statement: statements }],
  };
}
const may = (Action: string | string[], Resource: string): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const everything = may('*', '*');

const people = {
  'a listed role': who('ci-checkout', OWN),
  'a listed role with all rights': who('ci-checkout', OWN, everything),
  'a listed role of another account': who('ci-inventory', FOREIGN),
  'a listed role of another account, with rights': who('ci-inventory', FOREIGN, everything),
  'the same name in a third account': who('ci-checkout', '999988887777', everything),
  'an administrator': who('admin', OWN, everything),
  'an administrator of another account': who('admin', FOREIGN, everything),
  'a role of a listed pattern': who('deploy-checkout', OWN),
  'a role of a listed pattern with a path': who('deploy-a/b', OWN),
  'a role beside a listed pattern': who('a-deploy-checkout', OWN, everything),
  'a pattern of another account': who('deploy-checkout', FOREIGN, everything),
  'the break-glass role': who('break-glass', OWN, everything),
  'the Terraform role': who('terraform', OWN, everything),
  'API Gateway': { arn: 'apigateway.amazonaws.com', policies: [] },
  CloudWatch: { arn: 'cloudwatch.amazonaws.com', policies: [] },
  'CloudWatch Logs': { arn: `logs.${REGION}.amazonaws.com`, policies: [] },
  EC2: { arn: 'ec2.amazonaws.com', policies: [] },
  EventBridge: { arn: 'events.amazonaws.com', policies: [] },
  Lambda: { arn: 'lambda.amazonaws.com', policies: [] },
  'Secrets Manager': { arn: 'secretsmanager.amazonaws.com', policies: [] },
} satisfies Record<string, Principal>;

/** Roles of the template, with their permissions. */
const roles = {
  'the function': 'token-vending-function-eu-north-1',
  'the prober': 'token-vending-prober-eu-north-1',
  'the publisher of failed rotations': 'token-vending-alarms-eu-north-1',
  'the anchor function': 'token-vending-anchor-eu-north-1',
  'the registry': 'token-vending-registry-eu-north-1',
  'the rotation': 'token-vending-rotate-eu-north-1',
  'the rotation role': 'rotate-oauth-clients',
};

type Who = keyof typeof people | keyof typeof roles;
type Case = [Who, 'may' | 'may not', string, string, string, RequestContext];

/** Lambda says in each request of a role which function made it. */
const OWN_FUNCTION: Partial<Record<Who, string>> = {
  'the function': FUNCTION,
  'the anchor function': ANCHORER,
  'the registry': REGISTRY,
  'the rotation': ROTATE,
};

function expectCase(world: DeployedAccess, [name, verdict, action, , on, context]: Case) {
  const principal =
    name in roles
      ? world.role(roles[name as keyof typeof roles])
      : people[name as keyof typeof people];
  const resource = world.resource(/^arn:|^\*$/.test(on) ? on : locate(world, on));
  const ownFunction = OWN_FUNCTION[name];
  const source: Record<string, string> =
    ownFunction === undefined ? {} : { 'lambda:SourceFunctionArn': ownFunction };
  const request = { principal, action, resource, context: { ...source, ...context } };
  expect(isAllowed(request)).toBe(verdict === 'may');
}

/** Resources that only the template can name, such as `Audit records`. */
function locate(world: DeployedAccess, on: string): string {
  const [id = '', ...rest] = on.split('/');
  return [world.arn(id), ...rest].join('/');
}

const BUCKET = 'TokenVendingAuditBucket';
const RECORD = `${BUCKET}/token-vending/v1/ab/r.json`;
const ANCHOR = `${BUCKET}/token-vending/anchors/v1/000000000001.json`;
const COPY = 'arn:aws:s3:::example-copy/token-vending/anchors/v1/000000000001.json';
const AUDIT_KEY = 'TokenVendingAuditKey';
const ANCHOR_KEY = 'TokenVendingAnchorKey';
const SECRETS_KEY = 'TokenVendingSecretsKey';
const LOGS_KEY = 'TokenVendingLogsKey';
const ALARMS_KEY = 'TokenVendingAlarmsKey';
const TOPIC = 'TokenVendingAlarms';

const COGNITO = (verb: string) => `cognito-idp:${verb}UserPoolClientSecret`;
const GET = 'secretsmanager:GetSecretValue';
const once = { 's3:if-none-match': '*', 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const tls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

const calling: Case[] = [
  ['a role of a listed pattern', 'may', INVOKE_URL, 'call the URL', ALIAS, signed],
  ['a role of a listed pattern with a path', 'may', INVOKE, 'through the URL', ALIAS, throughUrl],
  ['a role beside a listed pattern', 'may not', INVOKE_URL, 'call the URL', ALIAS, signed],
  ['a pattern of another account', 'may not', INVOKE_URL, 'call the URL', ALIAS, signed],
  ['a listed role', 'may', INVOKE_URL, 'call the URL', ALIAS, signed],
  ['a listed role', 'may', INVOKE, 'invoke through the URL', ALIAS, throughUrl],
  ['a listed role', 'may not', INVOKE_URL, 'call the URL unsigned', ALIAS, unsigned],
  ['a listed role with all rights', 'may not', INVOKE_URL, 'call unsigned', ALIAS, unsigned],
  ['a listed role', 'may not', INVOKE, 'invoke directly', ALIAS, notThroughUrl],
  ['a listed role', 'may not', INVOKE, 'invoke with no word of the URL', ALIAS, {}],
  ['a listed role with all rights', 'may not', INVOKE, 'invoke directly', ALIAS, notThroughUrl],
  ['a listed role with all rights', 'may not', INVOKE, 'invoke $LATEST', FUNCTION, {}],
  ['a listed role with all rights', 'may not', INVOKE, 'invoke a version', VERSION, {}],
  ['a listed role of another account', 'may not', INVOKE_URL, 'call without rights', ALIAS, signed],
  ['a listed role of another account, with rights', 'may', INVOKE_URL, 'call', ALIAS, signed],
  ['a listed role of another account, with rights', 'may', INVOKE, 'invoke', ALIAS, throughUrl],
  [
    'a listed role of another account, with rights',
    'may not',
    INVOKE,
    'invoke directly',
    ALIAS,
    {},
  ],
  ['the same name in a third account', 'may not', INVOKE_URL, 'call', ALIAS, signed],
  ['an administrator', 'may not', INVOKE_URL, 'call the URL', ALIAS, signed],
  ['an administrator', 'may not', INVOKE, 'invoke through the URL', ALIAS, throughUrl],
  ['an administrator', 'may not', INVOKE, 'invoke directly', ALIAS, notThroughUrl],
  ['an administrator', 'may not', INVOKE, 'invoke directly', FUNCTION, notThroughUrl],
  ['an administrator', 'may not', INVOKE, 'invoke directly', VERSION, notThroughUrl],
  ['an administrator', 'may not', INVOKE, 'pretend to come through the URL', FUNCTION, throughUrl],
  ['an administrator of another account', 'may not', INVOKE_URL, 'call', ALIAS, signed],
  ['API Gateway', 'may not', INVOKE, 'invoke where there is no API', ALIAS, {}],
  ['EventBridge', 'may not', INVOKE, 'invoke the function', ALIAS, {}],
  ['the function', 'may not', INVOKE_URL, 'call itself', ALIAS, signed],
  ['the prober', 'may', INVOKE_URL, 'call the URL', ALIAS, signed],
  ['the prober', 'may', INVOKE, 'invoke through the URL', ALIAS, throughUrl],
  ['the prober', 'may not', INVOKE, 'invoke directly', ALIAS, notThroughUrl],
  ['Lambda', 'may', 'sts:AssumeRole', 'run the function', 'TokenVendingFunctionRole', {}],
  ['EC2', 'may not', 'sts:AssumeRole', 'take its role', 'TokenVendingFunctionRole', {}],
  ['a listed role', 'may not', 'sts:AssumeRole', 'take its role', 'TokenVendingFunctionRole', {}],
];

const current = { 'secretsmanager:VersionStage': 'AWSCURRENT' };
const previous = { 'secretsmanager:VersionStage': 'AWSPREVIOUS' };
const pending = { 'secretsmanager:VersionStage': 'AWSPENDING' };
const byVersion = { 'secretsmanager:VersionId': '0a1b2c3d-0000-4000-8000-000000000001' };
const s3Context = {
  'kms:ViaService': `s3.${REGION}.amazonaws.com`,
  'kms:CallerAccount': OWN,
};

const otherFunction = { 'lambda:SourceFunctionArn': `${FUNCTION}-copy` };
const noFunction = { 'lambda:SourceFunctionArn': 'none' };
const sameNameElsewhere = {
  'lambda:SourceFunctionArn': `arn:aws:lambda:us-east-1:${OWN}:function:token-vending`,
};

/** Somebody passes the role to a function of his own (`iam:PassRole`), or leaves Lambda with it. */
const passedRole: Case[] = [otherFunction, sameNameElsewhere, noFunction].flatMap((source) => [
  ['the function', 'may not', GET, 'read one', SECRET, { ...current, ...source }],
  ['the function', 'may not', GET, 'read a later one', LATER_SECRET, { ...previous, ...source }],
  ['the function', 'may not', 'secretsmanager:ListSecrets', 'list names', SECRET, source],
  ['the function', 'may not', 's3:PutObject', 'forge a record', RECORD, { ...once, ...source }],
  ['the function', 'may not', 's3:GetObject', 'read a record', RECORD, { ...tls, ...source }],
]);

const secrets: Case[] = [
  [
    'the function',
    'may',
    'kms:Decrypt',
    'decrypt a secret that has no policy of its own',
    SECRETS_KEY,
    viaSecretsManager(LATER_SECRET),
  ],
  // Under AWS's managed key only IAM decides, so the docs say who can read such a secret.
  ['an administrator', 'may', GET, 'read one without a policy, by IAM', LATER_SECRET, current],
  ['a listed role', 'may not', GET, 'read one without a policy', LATER_SECRET, current],
  [
    'the function',
    'may not',
    GET,
    'read an older version and name a stage of its own',
    SECRET,
    { ...byVersion, 'secretsmanager:VersionStage': 'OLD' },
  ],
  [
    'an administrator',
    'may not',
    'kms:Decrypt',
    'decrypt a secret that has no policy of its own',
    SECRETS_KEY,
    viaSecretsManager(LATER_SECRET),
  ],
  [
    'an administrator',
    'may',
    'kms:Decrypt',
    'show Secrets Manager that he may use the key for a new secret',
    SECRETS_KEY,
    viaSecretsManager('RequestToValidateKeyAccess'),
  ],
  [
    'an administrator',
    'may',
    'kms:GenerateDataKey',
    'encrypt a new version',
    SECRETS_KEY,
    viaSecretsManager(LATER_SECRET),
  ],
  [
    'the rotation role',
    'may',
    'kms:Decrypt',
    'decrypt one',
    SECRETS_KEY,
    viaSecretsManager(SECRET),
  ],
  ['the prober', 'may not', 'kms:Decrypt', 'decrypt one', SECRETS_KEY, viaSecretsManager(SECRET)],
  ['the function', 'may', GET, 'read a credential', SECRET, current],
  ['the function', 'may', GET, 'read the one that was current before', SECRET, previous],
  ['the function', 'may not', GET, 'read one without naming a stage', SECRET, {}],
  ['the function', 'may not', GET, 'read one by its version alone', SECRET, byVersion],
  ['the function', 'may not', GET, 'read the one that is pending', SECRET, pending],
  ['the function', 'may', GET, 'read one that was created later', LATER_SECRET, current],
  ['the function', 'may not', GET, 'read other secrets', OTHER_SECRET, current],
  ['the function', 'may not', 'secretsmanager:PutSecretValue', 'change one', SECRET, {}],
  ['the function', 'may not', 'secretsmanager:DeleteSecret', 'delete one', SECRET, {}],
  ['the function', 'may not', 'secretsmanager:DescribeSecret', 'describe one', SECRET, {}],
  ['the function', 'may', 'secretsmanager:ListSecrets', 'list names', SECRET, {}],
  ['the rotation role', 'may', GET, 'read one', SECRET, current],
  ['the rotation role', 'may', 'secretsmanager:PutSecretValue', 'put a new one', SECRET, {}],
  ['the rotation role', 'may not', GET, 'read others', OTHER_SECRET, current],
  ['the prober', 'may not', GET, 'read one', SECRET, current],
  ['an administrator', 'may not', GET, 'read one', SECRET, current],
  ['an administrator', 'may not', 'secretsmanager:BatchGetSecretValue', 'read many', SECRET, {}],
  ['an administrator', 'may', 'secretsmanager:PutSecretValue', 'fill one', SECRET, {}],
  ['an administrator of another account', 'may not', GET, 'read one', SECRET, current],
  ['the function', 'may', 'kms:Decrypt', 'decrypt one', SECRETS_KEY, viaSecretsManager(SECRET)],
  ['the function', 'may not', 'kms:Decrypt', 'decrypt by itself', SECRETS_KEY, {}],
  [
    'the function',
    'may not',
    'kms:Decrypt',
    'decrypt what is no credential',
    SECRETS_KEY,
    viaSecretsManager(OTHER_SECRET),
  ],
  ['the function', 'may not', 'kms:Decrypt', 'decrypt through S3', SECRETS_KEY, s3Context],
  ['the function', 'may not', 'kms:Encrypt', 'encrypt', SECRETS_KEY, viaSecretsManager(SECRET)],
  ['the function', 'may not', 'kms:CreateGrant', 'pass the key on', SECRETS_KEY, {}],
  ['an administrator', 'may not', 'kms:Decrypt', 'decrypt by himself', SECRETS_KEY, by(OWN)],
  ['an administrator', 'may not', 'kms:Decrypt', 'decrypt records by himself', AUDIT_KEY, by(OWN)],
  ['an administrator', 'may', 'kms:DisableKey', 'switch the key off', SECRETS_KEY, {}],
  [
    'an administrator of another account',
    'may not',
    'kms:Decrypt',
    'decrypt',
    SECRETS_KEY,
    viaSecretsManager(SECRET),
  ],
  [
    'the rotation role',
    'may',
    'kms:GenerateDataKey',
    'encrypt',
    SECRETS_KEY,
    viaSecretsManager(SECRET),
  ],
];

const PUT = 's3:PutObject';
const audit: Case[] = [
  ...[
    'the function',
    'the prober',
    'an administrator',
    'an administrator of another account',
  ].flatMap((name): Case[] =>
    ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'].map((action) => [
      name as Who,
      'may not',
      action,
      'replicate into the log',
      RECORD,
      tls,
    ]),
  ),
  ...['an administrator', 'the break-glass role', 'the function'].flatMap((name): Case[] => [
    [name as Who, 'may not', 'kms:ScheduleKeyDeletion', 'delete the key of the log', AUDIT_KEY, {}],
    [name as Who, 'may not', 'kms:DisableKey', 'disable the key of the log', AUDIT_KEY, {}],
  ]),
  [
    'an administrator',
    'may',
    's3:GetObjectVersionForReplication',
    'replicate the log to another account',
    RECORD,
    tls,
  ],
  ['an administrator', 'may', 'kms:CancelKeyDeletion', 'save the key of the log', AUDIT_KEY, {}],
  ['the function', 'may', PUT, 'create a record', RECORD, once],
  ['the function', 'may not', PUT, 'overwrite a record', RECORD, tls],
  ['the function', 'may not', PUT, 'write elsewhere', `${BUCKET}/other/r.json`, once],
  [
    'the function',
    'may not',
    PUT,
    'write without TLS',
    RECORD,
    { ...once, 'aws:SecureTransport': 'false' },
  ],
  [
    'the function',
    'may not',
    PUT,
    'write with TLS 1.1',
    RECORD,
    { ...once, 's3:TlsVersion': '1.1' },
  ],
  ['the function', 'may', 's3:GetObject', 'see what it wrote', RECORD, tls],
  ['the function', 'may not', 's3:ListBucket', 'list records', BUCKET, tls],
  ['the function', 'may not', 's3:DeleteObject', 'delete a record', RECORD, tls],
  ['the function', 'may not', 's3:DeleteObjectVersion', 'delete a version', RECORD, tls],
  ['the function', 'may not', 's3:BypassGovernanceRetention', 'bypass the lock', RECORD, tls],
  ['the function', 'may not', 's3:PutObjectRetention', 'shorten the lock', RECORD, tls],
  ['the function', 'may not', 's3:PutObjectLegalHold', 'touch a hold', RECORD, tls],
  ['the function', 'may not', 's3:PutBucketPolicy', 'change the policy', BUCKET, tls],
  ['the function', 'may not', 's3:PutLifecycleConfiguration', 'let records expire', BUCKET, tls],
  ['the prober', 'may not', PUT, 'write a record', RECORD, once],
  ['an administrator', 'may not', PUT, 'forge a record', RECORD, once],
  ['an administrator', 'may not', 's3:DeleteObject', 'hide a record', RECORD, tls],
  ['an administrator', 'may', 's3:GetObject', 'audit', RECORD, tls],
  ['an administrator of another account', 'may not', 's3:GetObject', 'read', RECORD, tls],
  ['the function', 'may not', 'kms:GenerateDataKey', 'use the key by itself', AUDIT_KEY, {}],
  [
    'the function',
    'may not',
    'kms:Decrypt',
    'use it through Secrets Manager',
    AUDIT_KEY,
    viaSecretsManager(SECRET),
  ],
];

const ecdsa = { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
const below = (prefix: string) => ({ ...tls, 's3:prefix': prefix });
const anchors: Case[] = [
  ['the anchor function', 'may', PUT, 'create an anchor', ANCHOR, once],
  ['the anchor function', 'may not', PUT, 'overwrite an anchor', ANCHOR, tls],
  ['the anchor function', 'may not', PUT, 'forge a record', RECORD, once],
  ['the anchor function', 'may not', PUT, 'write elsewhere', `${BUCKET}/other/a.json`, once],
  ['the anchor function', 'may', 's3:GetObject', 'read the log', RECORD, tls],
  ['the anchor function', 'may', 's3:ListBucket', 'list', BUCKET, below('token-vending/v1/ab/')],
  ['the anchor function', 'may not', 's3:ListBucket', 'list all else', BUCKET, below('other/')],
  ['the anchor function', 'may not', 's3:ListBucket', 'list the whole bucket', BUCKET, tls],
  ['the anchor function', 'may not', 's3:DeleteObject', 'delete an anchor', ANCHOR, tls],
  ['the anchor function', 'may not', 's3:DeleteObjectVersion', 'delete a version', ANCHOR, tls],
  ['the anchor function', 'may not', 's3:PutObjectRetention', 'shorten the lock', ANCHOR, tls],
  ['the anchor function', 'may not', 's3:PutBucketPolicy', 'change the policy', BUCKET, tls],
  ['the anchor function', 'may', 'kms:Sign', 'sign', ANCHOR_KEY, { ...by(OWN), ...ecdsa }],
  [
    'the anchor function',
    'may not',
    'kms:Sign',
    'sign in a function that was given its role',
    ANCHOR_KEY,
    { ...by(OWN), ...ecdsa, ...otherFunction },
  ],
  [
    'the anchor function',
    'may not',
    PUT,
    'forge an anchor in such a function',
    ANCHOR,
    { ...once, ...otherFunction },
  ],
  [
    'the anchor function',
    'may not',
    's3:GetObject',
    'read the log in such a function',
    RECORD,
    { ...tls, ...otherFunction },
  ],
  [
    'the anchor function',
    'may not',
    's3:ListBucket',
    'list the log in such a function',
    BUCKET,
    { ...below('token-vending/v1/ab/'), ...otherFunction },
  ],
  ['the anchor function', 'may not', 'kms:Sign', 'sign otherwise', ANCHOR_KEY, by(OWN)],
  ['the anchor function', 'may not', 'kms:PutKeyPolicy', 'pass the key on', ANCHOR_KEY, by(OWN)],
  ['the anchor function', 'may not', 'kms:CreateGrant', 'pass the key on', ANCHOR_KEY, by(OWN)],
  ['the anchor function', 'may not', GET, 'read a credential', SECRET, current],
  ['the anchor function', 'may not', INVOKE_URL, 'call the URL', ALIAS, signed],
  ['the function', 'may not', PUT, 'forge an anchor', ANCHOR, once],
  ['the function', 'may not', 'kms:Sign', 'sign', ANCHOR_KEY, { ...by(OWN), ...ecdsa }],
  ['the prober', 'may not', 'kms:Sign', 'sign', ANCHOR_KEY, { ...by(OWN), ...ecdsa }],
  ['an administrator', 'may not', PUT, 'forge an anchor', ANCHOR, once],
  ['an administrator', 'may not', 's3:DeleteObject', 'hide an anchor', ANCHOR, tls],
  ['an administrator', 'may not', 'kms:Sign', 'sign', ANCHOR_KEY, { ...by(OWN), ...ecdsa }],
  ['an administrator', 'may', 'kms:GetPublicKey', 'get the public key', ANCHOR_KEY, by(OWN)],
  [
    'an administrator of another account',
    'may not',
    'kms:Sign',
    'sign',
    ANCHOR_KEY,
    { ...by(FOREIGN), ...ecdsa },
  ],
  [
    'EventBridge',
    'may',
    INVOKE,
    'run the anchor function',
    ANCHORER,
    { 'aws:SourceArn': `arn:aws:events:${REGION}:${OWN}:rule/token-vending-anchor` },
  ],
  [
    'EventBridge',
    'may not',
    INVOKE,
    'run the anchor function for another rule',
    ANCHORER,
    { 'aws:SourceArn': `arn:aws:events:${REGION}:${OWN}:rule/other` },
  ],
];

const SM = (operation: string) => `secretsmanager:${operation}`;
const replaced = { 'secretsmanager:VersionStage': 'TOKEN-VENDING-REPLACED' };
const rotatedHere = { 'secretsmanager:resource/AllowRotationLambdaArn': ROTATE };
const noteHere = { ...rotatedHere, 'aws:TagKeys': ['token-vending:rotation'] };
const overlapHere = { ...rotatedHere, 'aws:TagKeys': ['token-vending:overlap-ends'] };
const otherTag = { ...rotatedHere, 'aws:TagKeys': ['token-vending:team'] };
const rotatedElsewhere = { 'secretsmanager:resource/AllowRotationLambdaArn': `${FUNCTION}-x` };
const keyCheck = viaSecretsManager('RequestToValidateKeyAccess');
const DATA_KEY = 'kms:GenerateDataKey';

const registering: Case[] = [
  ['a listed role', 'may', INVOKE_URL, 'call the registry', REGISTRY_ALIAS, signed],
  ['a listed role', 'may', INVOKE, 'invoke it through its URL', REGISTRY_ALIAS, throughUrl],
  ['a listed role', 'may not', INVOKE_URL, 'call it unsigned', REGISTRY_ALIAS, unsigned],
  ['a listed role with all rights', 'may not', INVOKE, 'invoke it', REGISTRY_ALIAS, notThroughUrl],
  ['a listed role with all rights', 'may not', INVOKE, 'invoke $LATEST', REGISTRY, {}],
  ['a listed role with all rights', 'may not', INVOKE, 'invoke a version', `${REGISTRY}:1`, {}],
  ['an administrator', 'may not', INVOKE_URL, 'call the registry', REGISTRY_ALIAS, signed],
  ['an administrator', 'may not', INVOKE, 'invoke it directly', REGISTRY_ALIAS, notThroughUrl],
  ['the prober', 'may not', INVOKE_URL, 'call the registry', REGISTRY_ALIAS, signed],
  ['the function', 'may not', INVOKE_URL, 'call the registry', REGISTRY_ALIAS, signed],
  ['the registry', 'may not', INVOKE_URL, 'call the endpoint', ALIAS, signed],
  ['the registry', 'may', SM('PutSecretValue'), 'change one', SECRET, {}],
  ['the registry', 'may', SM('UpdateSecretVersionStage'), 'change one', SECRET, {}],
  ['the registry', 'may', SM('DescribeSecret'), 'describe one', LATER_SECRET, {}],
  ['the registry', 'may', SM('RestoreSecret'), 'restore one', SECRET, {}],
  ['the registry', 'may', SM('DeleteSecret'), 'schedule a deletion', SECRET, {}],
  ['the registry', 'may', GET, 'read the current one', SECRET, current],
  ['the registry', 'may not', GET, 'read one by its version', SECRET, byVersion],
  ['the registry', 'may not', GET, 'read the one that is pending', SECRET, pending],
  ['the registry', 'may not', GET, 'read other secrets', OTHER_SECRET, current],
  ['the registry', 'may not', SM('PutSecretValue'), 'change other secrets', OTHER_SECRET, {}],
  ['the registry', 'may not', SM('DeleteSecret'), 'delete other secrets', OTHER_SECRET, {}],
  ['the registry', 'may not', SM('ListSecrets'), 'list names', SECRET, {}],
  ['the registry', 'may not', SM('DeleteResourcePolicy'), 'open one', SECRET, {}],
  ['the registry', 'may not', SM('CreateSecret'), 'create one under any key', LATER_SECRET, {}],
  [
    'the registry',
    'may',
    SM('RotateSecret'),
    'rotate one',
    SECRET,
    { 'secretsmanager:RotationLambdaARN': ROTATE },
  ],
  [
    'the registry',
    'may not',
    SM('RotateSecret'),
    'have another function rotate',
    SECRET,
    { 'secretsmanager:RotationLambdaARN': `${FUNCTION}-x` },
  ],
  ['the registry', 'may', DATA_KEY, 'encrypt one', SECRETS_KEY, viaSecretsManager(LATER_SECRET)],
  ['the registry', 'may', 'kms:Decrypt', 'decrypt one', SECRETS_KEY, viaSecretsManager(SECRET)],
  ['the registry', 'may', 'kms:Decrypt', 'create one under the key', SECRETS_KEY, keyCheck],
  ['the registry', 'may not', 'kms:Decrypt', 'decrypt by itself', SECRETS_KEY, by(OWN)],
  [
    'the registry',
    'may not',
    'kms:Decrypt',
    'decrypt other secrets',
    SECRETS_KEY,
    viaSecretsManager(OTHER_SECRET),
  ],
  ['the registry', 'may', 's3:PutObject', 'append a record', RECORD, once],
  ['the registry', 'may not', 's3:PutObject', 'overwrite a record', RECORD, tls],
  ['the registry', 'may not', 's3:PutObject', 'write an anchor', ANCHOR, once],
  ['the registry', 'may not', 's3:DeleteObject', 'delete a record', RECORD, tls],
  ...[otherFunction, noFunction].flatMap((source): Case[] => [
    ['the registry', 'may not', GET, 'read one elsewhere', SECRET, { ...current, ...source }],
    ['the registry', 'may not', SM('PutSecretValue'), 'change one elsewhere', SECRET, source],
    ['the registry', 'may not', SM('DeleteSecret'), 'delete one elsewhere', SECRET, source],
    ['the registry', 'may not', 's3:PutObject', 'forge a record', RECORD, { ...once, ...source }],
    ['the rotation', 'may not', GET, 'read one elsewhere', SECRET, { ...current, ...source }],
    [
      'the rotation',
      'may not',
      SM('PutSecretValue'),
      'change one elsewhere',
      SECRET,
      { ...rotatedHere, ...source },
    ],
    ['the rotation', 'may not', 's3:PutObject', 'forge a record', RECORD, { ...once, ...source }],
    ['the rotation', 'may not', SM('ListSecrets'), 'list names elsewhere', SECRET, source],
  ]),
];

const fromSecret = { 'aws:SourceArn': LATER_SECRET, 'aws:SourceAccount': OWN };
const fromOtherSecret = { ...fromSecret, 'aws:SourceArn': OTHER_SECRET };
const fromOtherAccount = { ...fromSecret, 'aws:SourceAccount': FOREIGN };
const OVERLAPS = `arn:aws:events:${REGION}:${OWN}:rule/token-vending-rotate-overlaps`;
const fromOverlaps = { 'aws:SourceArn': OVERLAPS, 'aws:SourceAccount': OWN };
const fromOtherRule = { ...fromOverlaps, 'aws:SourceArn': OVERLAPS.replace('overlaps', 'x') };
const fromOtherOverlaps = { ...fromOverlaps, 'aws:SourceAccount': FOREIGN };
const rotating: Case[] = [
  ['Secrets Manager', 'may', INVOKE, 'rotate a secret', ROTATE, fromSecret],
  ['Secrets Manager', 'may not', INVOKE, 'rotate other secrets', ROTATE, fromOtherSecret],
  ['Secrets Manager', 'may not', INVOKE, 'rotate for another account', ROTATE, fromOtherAccount],
  ['Secrets Manager', 'may not', INVOKE, 'name no secret', ROTATE, {}],
  ['Secrets Manager', 'may not', INVOKE, 'vend', ALIAS, fromSecret],
  ['Secrets Manager', 'may not', INVOKE, 'register', REGISTRY_ALIAS, fromSecret],
  // RotateSecret requires it of its caller.
  ['the registry', 'may', INVOKE, 'start a rotation', ROTATE, {}],
  ['the function', 'may not', INVOKE, 'start a rotation', ROTATE, {}],
  ['a listed role with all rights', 'may not', INVOKE, 'rotate', ROTATE, {}],
  ['an administrator', 'may not', INVOKE, 'rotate', ROTATE, {}],
  ['an administrator', 'may not', INVOKE_URL, 'rotate by a URL', ROTATE, signed],
  ['EventBridge', 'may not', INVOKE, 'rotate', ROTATE, fromSecret],
  ['EventBridge', 'may', INVOKE, 'have old secrets removed', ROTATE, fromOverlaps],
  ['EventBridge', 'may not', INVOKE, 'do that for another rule', ROTATE, fromOtherRule],
  ['EventBridge', 'may not', INVOKE, 'do that elsewhere', ROTATE, fromOtherOverlaps],
  ['Secrets Manager', 'may not', INVOKE, 'have old secrets removed', ROTATE, fromOverlaps],
  ['the rotation', 'may', GET, 'read the current one', SECRET, current],
  ['the rotation', 'may', GET, 'read the one that is pending', SECRET, pending],
  ['the rotation', 'may', GET, 'read the one that it replaces', SECRET, replaced],
  ['the rotation', 'may not', GET, 'read one by its version alone', SECRET, byVersion],
  ['the rotation', 'may not', GET, 'read other secrets', OTHER_SECRET, current],
  ['the rotation', 'may', SM('DescribeSecret'), 'describe one', SECRET, {}],
  ['the rotation', 'may', SM('PutSecretValue'), 'change one that it rotates', SECRET, rotatedHere],
  ['the rotation', 'may not', SM('PutSecretValue'), 'change another', SECRET, rotatedElsewhere],
  ['the rotation', 'may not', SM('PutSecretValue'), 'change any', SECRET, {}],
  ['the rotation', 'may', SM('TagResource'), 'note its progress', SECRET, noteHere],
  ['the rotation', 'may not', SM('TagResource'), 'set another tag', SECRET, otherTag],
  ['the rotation', 'may', SM('TagResource'), 'note the end of an overlap', SECRET, overlapHere],
  ['the rotation', 'may', SM('UntagResource'), 'remove that note', SECRET, overlapHere],
  ['the rotation', 'may not', SM('UntagResource'), 'remove another tag', SECRET, otherTag],
  ['the rotation', 'may', SM('ListSecrets'), 'find those with an old secret', SECRET, {}],
  ['the rotation', 'may not', SM('CreateSecret'), 'create one', LATER_SECRET, {}],
  ['the rotation', 'may not', SM('DeleteSecret'), 'delete one', SECRET, rotatedHere],
  ['the rotation', 'may not', SM('PutResourcePolicy'), 'open one', SECRET, rotatedHere],
  ['the rotation', 'may', 'kms:Decrypt', 'decrypt one', SECRETS_KEY, viaSecretsManager(SECRET)],
  ['the rotation', 'may', DATA_KEY, 'encrypt one', SECRETS_KEY, viaSecretsManager(SECRET)],
  ['the rotation', 'may', 's3:PutObject', 'append a record', RECORD, once],
  ['the rotation', 'may not', 's3:PutObject', 'write an anchor', ANCHOR, once],
  ['the rotation', 'may not', INVOKE_URL, 'call the endpoint', ALIAS, signed],
  ['the rotation', 'may not', INVOKE_URL, 'call the registry', REGISTRY_ALIAS, signed],
];

const fromRule = {
  'aws:SourceArn': `arn:aws:events:${REGION}:${OWN}:rule/token-vending-RotationFailed`,
  'aws:SourceAccount': OWN,
};
const fromAlarm = {
  'aws:SourceArn': `arn:aws:cloudwatch:${REGION}:${OWN}:alarm:token-vending-Errors`,
  'aws:SourceAccount': OWN,
};
const fromOtherAlarm = {
  ...fromAlarm,
  'aws:SourceArn': `arn:aws:cloudwatch:${REGION}:${OWN}:alarm:somebody-elses`,
};
const viaSns = { 'kms:ViaService': `sns.${REGION}.amazonaws.com`, 'kms:CallerAccount': OWN };
const PUBLISHER = 'TokenVendingRotationFailedRole';

const others: Case[] = [
  ['EventBridge', 'may not', 'kms:GenerateDataKey', 'use the key for any rule', ALARMS_KEY, {}],
  ['EventBridge', 'may not', 'sns:Publish', 'publish for any rule', TOPIC, tls],
  ['EventBridge', 'may', 'sts:AssumeRole', 'publish failed rotations', PUBLISHER, fromRule],
  [
    'EventBridge',
    'may not',
    'sts:AssumeRole',
    'publish for another rule',
    PUBLISHER,
    { ...fromRule, 'aws:SourceArn': `arn:aws:events:${REGION}:${OWN}:rule/other` },
  ],
  ['the publisher of failed rotations', 'may', 'sns:Publish', 'publish them', TOPIC, tls],
  [
    'the publisher of failed rotations',
    'may',
    'kms:GenerateDataKey',
    'encrypt them',
    ALARMS_KEY,
    viaSns,
  ],
  [
    'the publisher of failed rotations',
    'may not',
    'kms:Decrypt',
    'use the key by itself',
    ALARMS_KEY,
    by(OWN),
  ],
  [
    'CloudWatch',
    'may not',
    'kms:GenerateDataKey',
    'encrypt for the alarms of others',
    ALARMS_KEY,
    fromOtherAlarm,
  ],
  [
    'CloudWatch',
    'may not',
    'sns:Publish',
    'publish the alarms of others',
    TOPIC,
    { ...fromOtherAlarm, 'aws:SecureTransport': 'true' },
  ],
  [
    'CloudWatch Logs',
    'may',
    'kms:GenerateDataKey',
    'encrypt its group',
    LOGS_KEY,
    logContext('/token-vending/function'),
  ],
  [
    'CloudWatch Logs',
    'may not',
    'kms:GenerateDataKey',
    'encrypt another',
    LOGS_KEY,
    logContext('/other'),
  ],
  ['the function', 'may not', 'kms:Decrypt', 'read logs', LOGS_KEY, {}],
  ['CloudWatch', 'may', 'kms:GenerateDataKey', 'encrypt alarms', ALARMS_KEY, fromAlarm],
  [
    'CloudWatch',
    'may',
    'sns:Publish',
    'publish alarms',
    TOPIC,
    { ...fromAlarm, 'aws:SecureTransport': 'true' },
  ],
  [
    'CloudWatch',
    'may not',
    'sns:Publish',
    'publish for others',
    TOPIC,
    { ...fromAlarm, 'aws:SourceAccount': FOREIGN },
  ],
  ['the function', 'may not', 'sns:Publish', 'publish alarms', TOPIC, {}],
  [
    'EventBridge',
    'may not',
    INVOKE,
    'run the prober for another rule',
    PROBER,
    { 'aws:SourceArn': `arn:aws:events:${REGION}:${OWN}:rule/other` },
  ],
  [
    'EventBridge',
    'may',
    INVOKE,
    'run the prober',
    PROBER,
    { 'aws:SourceArn': `arn:aws:events:${REGION}:${OWN}:rule/token-vending-prober` },
  ],
  ['the function', 'may not', 'iam:PassRole', 'pass on its role', 'TokenVendingFunctionRole', {}],
];

function logContext(group: string) {
  return {
    'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${REGION}:${OWN}:log-group:${group}`,
  };
}

describe('a deployment with a function URL', () => {
  it.each([
    ...calling,
    ...secrets,
    ...passedRole,
    ...audit,
    ...anchors,
    ...others,
    ...registering,
    ...rotating,
  ])('%s %s %s: %s (%s)', (...one) => {
    expectCase(worlds.url, one);
  });

  it('lets the registry create secrets under the key of the deployment and no other', () => {
    const create = (verdict: 'may' | 'may not', key: string): Case => [
      'the registry',
      verdict,
      SM('CreateSecret'),
      'create one',
      LATER_SECRET,
      { 'secretsmanager:KmsKeyArn': key },
    ];
    expectCase(worlds.url, create('may', worlds.url.arn(SECRETS_KEY)));
    expectCase(worlds.url, create('may not', OTHER_KEY));
  });

  it('lets the function encrypt records by S3 in its bucket and no other', () => {
    const use = (verdict: 'may' | 'may not', bucket: string): Case => [
      'the function',
      verdict,
      'kms:GenerateDataKey',
      'encrypt',
      AUDIT_KEY,
      { ...s3Context, 'kms:EncryptionContext:aws:s3:arn': bucket },
    ];
    expectCase(worlds.url, use('may', worlds.url.arn(BUCKET)));
    expectCase(worlds.url, use('may not', 'arn:aws:s3:::another'));
  });
});

const fromApi = {
  'aws:SourceArn': `arn:aws:execute-api:${REGION}:${OWN}:a1b2c3d4e5/live/POST/oauth2/token`,
  'aws:SourceAccount': OWN,
};
const fromRegistryApi = {
  ...fromApi,
  'aws:SourceArn': `arn:aws:execute-api:${REGION}:${OWN}:r1b2c3d4e5/live/PUT/credentials/a/b`,
};
const fromOtherApi = {
  ...fromApi,
  'aws:SourceArn': `arn:aws:execute-api:${REGION}:${OWN}:z9/live/POST/x`,
};
const inVpc = { 'aws:SourceVpce': 'vpce-0123456789abcdef0' };
const CALL_API = 'execute-api:Invoke';

describe('a deployment with a break-glass role and readers of secrets', () => {
  it.each<Case>([
    ['the break-glass role', 'may', 'kms:ScheduleKeyDeletion', 'delete', AUDIT_KEY, {}],
    ['the break-glass role', 'may', 'kms:DisableKey', 'disable', AUDIT_KEY, {}],
    ['an administrator', 'may not', 'kms:ScheduleKeyDeletion', 'delete', AUDIT_KEY, {}],
    ['an administrator', 'may not', 'kms:DisableKey', 'disable', AUDIT_KEY, {}],
    ['the anchor function', 'may', PUT, 'copy an anchor', COPY, once],
    ['the anchor function', 'may', 's3:GetObject', 'read a copied anchor', COPY, tls],
    [
      'the anchor function',
      'may not',
      PUT,
      'take the name of the next copy in a function that was given its role',
      COPY,
      { ...once, ...otherFunction },
    ],
    ['the anchor function', 'may not', PUT, 'write elsewhere', 'arn:aws:s3:::example-copy/a', once],
    [
      'the Terraform role',
      'may',
      'kms:Decrypt',
      'read what it manages',
      SECRETS_KEY,
      viaSecretsManager(LATER_SECRET),
    ],
    [
      'an administrator',
      'may not',
      'kms:Decrypt',
      'read what Terraform manages',
      SECRETS_KEY,
      viaSecretsManager(LATER_SECRET),
    ],
    ['the rotation', 'may', INVOKE, 'invoke a function of the recipe lambda', ROTATOR, {}],
    ['the rotation', 'may not', INVOKE, 'invoke others', `${ROTATOR}-x`, {}],
    ['the rotation', 'may not', INVOKE, 'lend the right', ROTATOR, otherFunction],
    ['the registry', 'may not', INVOKE, 'invoke it', ROTATOR, {}],
    ['the rotation', 'may', COGNITO('Add'), 'add a secret of the recipe cognito', POOL, {}],
    ['the rotation', 'may', `${COGNITO('List')}s`, 'list them', POOL, {}],
    ['the rotation', 'may', COGNITO('Delete'), 'remove one', POOL, {}],
    ['the rotation', 'may not', COGNITO('Add'), 'add one in another pool', `${POOL}x`, {}],
    ['the rotation', 'may not', 'cognito-idp:UpdateUserPoolClient', 'change a client', POOL, {}],
  ])('%s %s %s: %s (%s)', (...one) => {
    expectCase(worlds.careful, one);
  });

  it.each([
    ['the function', [current, previous]],
    ['the registry', [current]],
    ['the rotation', [current, pending]],
    ['the rotation role', [current, previous, pending, byVersion]],
  ] as const)('lets %s read its versions only, whatever is added to its role', (name, stages) => {
    const { arn, account } = worlds.careful.role(roles[name]);
    const principal: Principal = { arn, account, policies: [{ Statement: [everything] }] };
    const resource = worlds.careful.resource(SECRET);
    const all = [current, previous, pending, byVersion];
    const readable = all.filter((context) =>
      isAllowed({ principal, action: GET, resource, context }),
    );
    expect(readable).toEqual(stages);
  });
});

const SIGN = 'kms:Sign';
const IDENTITY = 'sts:GetWebIdentityToken';
const CREATED_KEY = 'AssertionKeybankKey';
const raw = (algorithm: string) => ({
  ...by(OWN),
  'kms:MessageType': 'RAW',
  'kms:SigningAlgorithm': algorithm,
});
const es256 = raw('ECDSA_SHA_256');
const token = (audiences: readonly string[], algorithm = 'ES384', seconds = '300') => ({
  'sts:IdentityTokenAudience': audiences,
  'sts:SigningAlgorithm': algorithm,
  'sts:DurationSeconds': seconds,
});
const STS = '*';
const signers: Case[] = [
  ['the function', 'may', SIGN, 'sign an assertion', SIGNING_KEY, es256],
  ['the function', 'may', SIGN, 'sign with RSA', SIGNING_KEY, raw('RSASSA_PSS_SHA_256')],
  ['the function', 'may', SIGN, 'sign with Ed25519', SIGNING_KEY, raw('ED25519_SHA_512')],
  ['the function', 'may not', SIGN, 'sign with SM2', SIGNING_KEY, raw('SM2DSA')],
  [
    'the function',
    'may not',
    SIGN,
    'sign a digest, whose text KMS does not see',
    SIGNING_KEY,
    { ...es256, 'kms:MessageType': 'DIGEST' },
  ],
  ['the function', 'may not', SIGN, 'sign with a key that is not named', OTHER_KEY, es256],
  ['the function', 'may not', SIGN, 'sign an anchor', ANCHOR_KEY, es256],
  ['the function', 'may not', 'kms:GetPublicKey', 'read a key', SIGNING_KEY, by(OWN)],
  ['the function', 'may not', 'kms:Decrypt', 'decrypt with it', SIGNING_KEY, by(OWN)],
  ['the function', 'may not', 'kms:PutKeyPolicy', 'pass the key on', SIGNING_KEY, by(OWN)],
  ['the function', 'may not', 'kms:CreateGrant', 'pass the key on', CREATED_KEY, by(OWN)],
  ['the function', 'may', SIGN, 'sign with the created key', CREATED_KEY, es256],
  [
    'the function',
    'may not',
    SIGN,
    'sign with the created key otherwise',
    CREATED_KEY,
    raw('ECDSA_SHA_384'),
  ],
  ...[SIGNING_KEY, CREATED_KEY].flatMap((key): Case[] => [
    ['the function', 'may not', SIGN, 'sign elsewhere', key, { ...es256, ...otherFunction }],
    ['the function', 'may not', SIGN, 'sign outside Lambda', key, { ...es256, ...noFunction }],
    ['the anchor function', 'may not', SIGN, 'sign an assertion', key, es256],
    ['the prober', 'may not', SIGN, 'sign an assertion', key, es256],
    ['the rotation role', 'may not', SIGN, 'sign an assertion', key, es256],
    ['a listed role', 'may not', SIGN, 'sign an assertion', key, es256],
  ]),
  ...(['the registry', 'the rotation'] as const).flatMap((tester): Case[] => [
    [tester, 'may', SIGN, 'test a client with a key', SIGNING_KEY, es256],
    [tester, 'may', SIGN, 'test a client with the created key', CREATED_KEY, es256],
    [tester, 'may not', SIGN, 'sign elsewhere', CREATED_KEY, { ...es256, ...otherFunction }],
    [tester, 'may not', SIGN, 'sign with a key that is not named', OTHER_KEY, es256],
    [tester, 'may not', SIGN, 'sign an anchor', ANCHOR_KEY, es256],
    [tester, 'may not', 'kms:CreateGrant', 'pass the key on', CREATED_KEY, by(OWN)],
  ]),
  ['an administrator', 'may not', SIGN, 'sign with the created key', CREATED_KEY, es256],
  ['an administrator', 'may', 'kms:GetPublicKey', 'register its key', CREATED_KEY, by(OWN)],
  ['an administrator', 'may', 'kms:DisableKey', 'stop its clients', CREATED_KEY, by(OWN)],
  ['an administrator', 'may not', 'kms:CreateGrant', 'pass it on', CREATED_KEY, by(OWN)],
  [
    'an administrator of another account',
    'may not',
    SIGN,
    'sign with the created key',
    CREATED_KEY,
    { ...es256, ...by(FOREIGN) },
  ],
];
const identities: Case[] = [
  ['the function', 'may', IDENTITY, 'get an assertion for Entra ID', STS, token([ENTRA])],
  ['the function', 'may', IDENTITY, 'get one with RS256', STS, token([BANK], 'RS256', '60')],
  ['the function', 'may', IDENTITY, 'get one for both', STS, token([ENTRA, BANK])],
  ['the function', 'may not', IDENTITY, 'get one for any', STS, token(['https://example.org'])],
  [
    'the function',
    'may not',
    IDENTITY,
    'get one that another server accepts too',
    STS,
    token([ENTRA, 'https://example.org']),
  ],
  ['the function', 'may not', IDENTITY, 'get one without audience', STS, token([])],
  ['the function', 'may not', IDENTITY, 'get one for an hour', STS, token([BANK], 'ES384', '3600')],
  ['the function', 'may not', IDENTITY, 'get one with RS512', STS, token([BANK], 'RS512')],
  [
    'the function',
    'may not',
    IDENTITY,
    'get one in a function that was given its role',
    STS,
    { ...token([BANK]), ...otherFunction },
  ],
  ['the function', 'may not', 'sts:TagGetWebIdentityToken', 'add claims', STS, token([BANK])],
  ['the function', 'may not', 'sts:AssumeRole', 'take another role', STS, {}],
  ['the anchor function', 'may not', IDENTITY, 'get one', STS, token([BANK])],
  ['the prober', 'may not', IDENTITY, 'get one', STS, token([BANK])],
  ['the rotation role', 'may not', IDENTITY, 'get one', STS, token([BANK])],
];

describe('a deployment whose clients have no secret', () => {
  it.each([...signers, ...identities])('%s %s %s: %s (%s)', (...one) => {
    expectCase(worlds.keyless, one);
  });

  it.each([
    ['sign', SIGN, SIGNING_KEY, es256],
    ['get assertions of STS', IDENTITY, STS, token([ENTRA])],
  ] as const)('may not %s if the configuration names none', (_, action, on, context) => {
    expectCase(worlds.url, ['the function', 'may not', action, '', on, context]);
  });

  it('denies the created key to every other role, whatever the policy of the key permits later', () => {
    const key = worlds.keyless.resource(worlds.keyless.arn(CREATED_KEY));
    const open = { ...may(SIGN, '*'), Principal: '*' } as const;
    const resource = { ...key, policies: [...key.policies, { Statement: [open] }] };
    const principal = people['an administrator'];
    expect(isAllowed({ principal, action: SIGN, resource, context: es256 })).toBe(false);
  });
});

describe('a deployment with a REST API', () => {
  it.each<Case>([
    ['a listed role', 'may', CALL_API, 'call the API', API, {}],
    ['a listed role of another account', 'may not', CALL_API, 'call without rights', API, {}],
    ['a listed role of another account, with rights', 'may', CALL_API, 'call', API, {}],
    ['an administrator', 'may not', CALL_API, 'call the API', API, {}],
    ['an administrator of another account', 'may not', CALL_API, 'call the API', API, {}],
    ['the prober', 'may', CALL_API, 'call the API', API, {}],
    ['API Gateway', 'may', INVOKE, 'invoke for this API', ALIAS, fromApi],
    ['API Gateway', 'may not', INVOKE, 'invoke for another API', ALIAS, fromOtherApi],
    ['API Gateway', 'may not', INVOKE, 'invoke $LATEST', FUNCTION, fromApi],
    ['a listed role with all rights', 'may not', INVOKE, 'invoke directly', ALIAS, {}],
    ['an administrator', 'may not', INVOKE, 'invoke directly', ALIAS, {}],
    ['an administrator', 'may not', INVOKE, 'invoke a version', VERSION, {}],
    ['an administrator', 'may not', INVOKE_URL, 'call a URL of his own making', ALIAS, signed],
    ['a listed role', 'may', CALL_API, 'call the registry', REGISTRY_API, {}],
    ['an administrator', 'may not', CALL_API, 'call the registry', REGISTRY_API, {}],
    ['the prober', 'may not', CALL_API, 'call the registry', REGISTRY_API, {}],
    ['API Gateway', 'may', INVOKE, 'invoke the registry', REGISTRY_ALIAS, fromRegistryApi],
    ['API Gateway', 'may not', INVOKE, 'invoke it for the other API', REGISTRY_ALIAS, fromApi],
    ['API Gateway', 'may not', INVOKE, 'vend for the registry', ALIAS, fromRegistryApi],
  ])('%s %s %s: %s (%s)', (...one) => {
    expectCase(worlds.rest, one);
  });

  it.each<Case>([
    ['a listed role', 'may', CALL_API, 'call through the VPC endpoint', API, inVpc],
    ['a listed role', 'may not', CALL_API, 'call from elsewhere', API, {}],
    [
      'a listed role',
      'may not',
      CALL_API,
      'call through another',
      API,
      { 'aws:SourceVpce': 'vpce-00000000' },
    ],
    ['an administrator', 'may not', CALL_API, 'call through the VPC endpoint', API, inVpc],
  ])('that is private: %s %s %s: %s (%s)', (...one) => {
    expectCase(worlds.private, one);
  });
});

describe('the allowed principals', () => {
  const member = (account: string, ...statements: Statement[]): Principal => ({
    ...who('member', account, ...statements),
    organization: 'o-exampleorg1',
  });
  const call = (world: DeployedAccess, principal: Principal) =>
    isAllowed({ principal, action: INVOKE_URL, resource: world.resource(ALIAS), context: signed });

  it('may be an organization, whose members in other accounts need their own permissions', () => {
    const template = synthesisedOnce('', (text) =>
      text.replace(/ {2}roles:\n( {4}- .*\n)+/, '  organization: o-exampleorg1\n'),
    );
    const world = readAccess(template);
    expect(call(world, member(FOREIGN, may(CALL, ALIAS)))).toBe(true);
    expect(call(world, member(FOREIGN))).toBe(false);
    expect(call(world, who('member', FOREIGN, everything))).toBe(false);
    expect(call(world, who('admin', OWN, everything))).toBe(false);
  });

  it('may be accounts, whose administrators decide who may call', () => {
    const template = synthesisedOnce('', (text) =>
      text.replace(/ {2}roles:\n( {4}- .*\n)+/, `  accounts: ['${OWN}', '${FOREIGN}']\n`),
    );
    const world = readAccess(template);
    expect(call(world, who('ci', FOREIGN, may(CALL, ALIAS)))).toBe(true);
    expect(call(world, who('ci', OWN, may(CALL, ALIAS)))).toBe(true);
    expect(call(world, who('ci', OWN))).toBe(false);
    expect(call(world, who('ci', '999988887777', everything))).toBe(false);
  });
});
