import * as v from 'valibot';
import { DEFAULT_BUDGETS } from '../lib/access/budgets.ts';
import { SIGNING_ALGORITHMS } from '../lib/credential/document-schema.ts';
import {
  accountId,
  kmsKeyArn,
  lambdaArn,
  list,
  multiRegionKeyArn,
  noneTwice,
  oneOf,
  organizationId,
  region,
  roleArn,
  rolePattern,
  segment,
  urlId,
  userPoolArn,
  webIdentityAudience,
  wholeNumber,
} from './config-values.ts';

// The values that CloudWatch Logs permits:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
] as const;

const SWITCH_RULE = 'must be true or false; choose one';
const NAME_RULE =
  'must be 1 to 40 lower-case letters, digits and hyphens, beginning with a letter; shorten or rename it';
const PREFIX_RULE = 'must be letters, digits, - _ / + = . @ and end with /; end it with a slash';
const PROFILES_RULE = 'must be a directory; name the one with your server profiles (*.json)';
const ALLOWED_RULE =
  'must name at least one of roles, accounts, organization; else nobody could call the endpoint';
export const VPC_RULE =
  'must list the interface endpoints of execute-api with endpoint private-rest; add vpcEndpoints: [vpce-...]';
const VPC_ENDPOINT_RULE =
  'must be the id of a VPC endpoint, vpce-...; see `aws ec2 describe-vpc-endpoints`';
const READERS_RULE = 'must be a list of role ARNs; write [arn:aws:iam::...]';
const COPY_RULE =
  'must be s3://bucket or s3://bucket/prefix of a bucket in another account; correct or remove it';
const KEYS_RULE = 'must be a list of key ARNs; write [arn:aws:kms:...:key/...]';
const REGION_RULE =
  'must be keys of one Region, which is that of the function; remove those of other Regions';
const CREATED_KEYS_RULE = 'must be names with an algorithm; write `orders: ES256` below it';
const AUDIENCES_RULE =
  'must be a list of audiences of assertions; write [api://AzureADTokenExchange]';
const REGISTRY_URL_RULE =
  'must be an https URL without a query; see the output RegistryUrl of the stack in the other Region';
const REGIONS_RULE = 'must be a list of Regions, which may be empty; write [eu-west-1]';
const PRIMARY_RULE =
  'must be a mapping with secretsKey; see the output SecretsKeyArn of the stack in the primary Region';
const FUNCTIONS_RULE = 'must be a list of function ARNs; write [arn:aws:lambda:...]';
const POOLS_RULE = 'must be a list of user pool ARNs; write [arn:aws:cognito-idp:...]';
const EMAIL_RULE = 'must be an e-mail address; a mailing list that is read at night is best';

/** The keys of `token-vending.config.yaml`, each by itself. */
export const configEntries = v.strictObject(
  {
    name: v.optional(
      v.pipe(v.string(NAME_RULE), v.regex(/^[a-z][a-z0-9-]{0,39}$/, NAME_RULE)),
      'token-vending',
    ),
    secretPrefix: v.optional(
      v.pipe(v.string(PREFIX_RULE), v.regex(/^[\w/+=.@-]{1,200}\/$/, PREFIX_RULE)),
      'token-vending/',
    ),
    policies: v.optional(
      v.pipe(
        v.string('must be a directory; name the one with your *.cedar files'),
        v.minLength(1, 'must not be empty; name the directory with your *.cedar files'),
      ),
      'policies',
    ),
    profiles: v.optional(v.pipe(v.string(PROFILES_RULE), v.minLength(1, PROFILES_RULE))),
    secretReaders: v.optional(list(roleArn, READERS_RULE)),
    allowedPrincipals: v.pipe(
      v.strictObject(
        {
          roles: v.optional(
            list(rolePattern, 'must be a list of role ARNs; write [arn:aws:iam::...]'),
          ),
          accounts: v.optional(
            list(accountId, "must be a list of account ids; write ['111122223333']"),
          ),
          organization: v.optional(organizationId),
        },
        ALLOWED_RULE,
      ),
      v.check((allowed) => Object.keys(allowed).length > 0, ALLOWED_RULE),
    ),
    endpoint: v.optional(oneOf(['url', 'rest', 'private-rest']), 'url'),
    vpcEndpoints: v.optional(
      list(
        v.pipe(v.string(VPC_ENDPOINT_RULE), v.regex(/^vpce-[0-9a-f]{8,17}$/, VPC_ENDPOINT_RULE)),
        VPC_RULE,
      ),
    ),
    functionUrlId: v.optional(urlId('EndpointUrl')),
    registry: v.optional(v.boolean(SWITCH_RULE)),
    registryUrlId: v.optional(urlId('RegistryUrl')),
    registryUrl: v.optional(
      v.pipe(v.string(REGISTRY_URL_RULE), v.regex(/^https:\/\/[^\s?#@]+$/, REGISTRY_URL_RULE)),
    ),
    replicaRegions: v.optional(v.pipe(v.array(region, REGIONS_RULE), noneTwice())),
    primaryRegion: v.optional(v.strictObject({ secretsKey: multiRegionKeyArn }, PRIMARY_RULE)),
    listCredentials: v.optional(v.boolean(SWITCH_RULE), true),
    budgets: v.optional(
      v.strictObject(
        {
          mints: v.optional(wholeNumber(1, 1_000_000), DEFAULT_BUDGETS.mints),
          unknownNames: v.optional(wholeNumber(1, 1_000_000), DEFAULT_BUDGETS.unknownNames),
        },
        'must be a mapping with mints and unknownNames',
      ),
      {},
    ),
    reservedConcurrency: v.optional(wholeNumber(1, 1000), 20),
    logRetentionDays: v.optional(oneOf(LOG_RETENTION_DAYS), 90),
    auditRetentionDays: v.optional(wholeNumber(1, 36_500), 400),
    auditLockMode: v.optional(oneOf(['governance', 'compliance']), 'governance'),
    breakGlassRole: v.optional(roleArn),
    anchorCopy: v.optional(
      v.pipe(
        v.string(COPY_RULE),
        v.regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w.=-]+)*$/, COPY_RULE),
      ),
    ),
    assertionKeys: v.optional(
      v.pipe(
        list(kmsKeyArn, KEYS_RULE),
        v.check((keys) => new Set(keys.map((arn) => arn.split(':')[3])).size === 1, REGION_RULE),
      ),
    ),
    createdAssertionKeys: v.optional(
      v.record(segment, oneOf(SIGNING_ALGORITHMS), CREATED_KEYS_RULE),
    ),
    webIdentityAudiences: v.optional(list(webIdentityAudience, AUDIENCES_RULE)),
    rotation: v.optional(
      v.strictObject(
        {
          lambdaFunctions: v.optional(list(lambdaArn, FUNCTIONS_RULE)),
          cognitoUserPools: v.optional(list(userPoolArn, POOLS_RULE)),
        },
        'must be a mapping with lambdaFunctions and cognitoUserPools',
      ),
    ),
    alarmEmail: v.pipe(v.string(EMAIL_RULE), v.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, EMAIL_RULE)),
    prober: v.optional(v.boolean(SWITCH_RULE), true),
  },
  'must be a mapping of keys; see token-vending.config.example.yaml',
);
