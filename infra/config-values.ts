import * as v from 'valibot';

const SEGMENT_RULE =
  'must be 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen; rename it';
export const segment = v.pipe(
  v.string(SEGMENT_RULE),
  v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, SEGMENT_RULE),
);

const ROLE_RULE =
  'must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>; of a session take the role, not the session';
export const roleArn = v.pipe(
  v.string(ROLE_RULE),
  v.regex(/^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/, ROLE_RULE),
);

const ROLE_PATTERN_RULE =
  'must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>, or a pattern whose name has a beginning, such as role/ci-*; of a session take the role, not the session; for every role of an account name it in accounts';
/** The ARN of a role. `*` in the name stands for any characters, slashes included. */
export const rolePattern = v.pipe(
  v.string(ROLE_PATTERN_RULE),
  v.regex(
    /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-][\w+=,.@/*-]{0,575}$/,
    ROLE_PATTERN_RULE,
  ),
);

const KMS_KEY_RULE =
  'must be the ARN of a key of AWS KMS, arn:aws:kms:<region>:<account>:key/<id>, because an alias or a wildcard may become another key; see `aws kms describe-key`';
export const kmsKeyArn = v.pipe(
  v.string(KMS_KEY_RULE),
  v.regex(
    /^arn:aws(-[a-z]+)*:kms:[a-z]{2}(-[a-z]+)+-\d:\d{12}:key\/[A-Za-z0-9-]{1,64}$/,
    KMS_KEY_RULE,
  ),
);

const MULTI_REGION_KEY_RULE =
  'must be the ARN of a multi-Region key, arn:aws:kms:<region>:<account>:key/mrk-<id>; see the output SecretsKeyArn of the stack in the primary Region, whose configuration needs replicaRegions';
export const multiRegionKeyArn = v.pipe(
  v.string(MULTI_REGION_KEY_RULE),
  v.regex(
    /^arn:aws(-[a-z]+)*:kms:[a-z]{2}(-[a-z]+)+-\d:\d{12}:key\/mrk-[0-9a-f]{32}$/,
    MULTI_REGION_KEY_RULE,
  ),
);

const AWS_REGION_RULE = 'must be a Region of AWS, such as eu-west-1; correct it';
export const region = v.pipe(
  v.string(AWS_REGION_RULE),
  v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, AWS_REGION_RULE),
);

const FUNCTION_RULE =
  'must be the ARN of a function, arn:aws:lambda:<region>:<account>:function:<name>, without an alias; see `aws lambda get-function`';
/** A function that the recipe `lambda` invokes. */
export const lambdaArn = v.pipe(
  v.string(FUNCTION_RULE),
  v.regex(
    /^arn:aws(-[a-z]+)*:lambda:[a-z]{2}(-[a-z]+)+-\d:\d{12}:function:[\w-]{1,64}$/,
    FUNCTION_RULE,
  ),
);

const POOL_RULE =
  'must be the ARN of a user pool, arn:aws:cognito-idp:<region>:<account>:userpool/<id>; see `aws cognito-idp describe-user-pool`';
/** A user pool whose clients the recipe `cognito` changes. */
export const userPoolArn = v.pipe(
  v.string(POOL_RULE),
  v.regex(
    /^arn:aws(-[a-z]+)*:cognito-idp:[a-z]{2}(-[a-z]+)+-\d:\d{12}:userpool\/[\w-]{1,55}$/,
    POOL_RULE,
  ),
);

// STS allows an audience of 1000 characters. IAM reads `${` as a variable.
const AUDIENCE_RULE =
  'must be 1 to 1000 characters without spaces, * and $; name each audience in full, such as api://AzureADTokenExchange';
/** `aud` of an assertion. */
export const webIdentityAudience = v.pipe(
  v.string(AUDIENCE_RULE),
  v.regex(/^[!-#%-)+-~]{1,1000}$/, AUDIENCE_RULE),
);

/** The id of a function URL, which the output of this name has. */
export function urlId(output: string) {
  const rule = `must be the id of the function URL, the first label of its host; see the output ${output}`;
  return v.pipe(v.string(rule), v.regex(/^[a-z0-9]{1,64}$/, rule));
}

// YAML reads a bare account id as a number, and drops its leading zeros.
const ACCOUNT_RULE = "must be 12 digits in quotes, such as '111122223333'; put quotes around it";
export const accountId = v.pipe(v.string(ACCOUNT_RULE), v.regex(/^\d{12}$/, ACCOUNT_RULE));

const ORGANIZATION_RULE =
  'must be the id of an AWS organization, o-...; see `aws organizations describe-organization`';
export const organizationId = v.pipe(
  v.string(ORGANIZATION_RULE),
  v.regex(/^o-[a-z0-9]{10,32}$/, ORGANIZATION_RULE),
);

export const noneTwice = <T>() =>
  v.checkItems<T[], string>(
    (one, at, all) => all.indexOf(one) === at,
    'stands there twice; remove one',
  );

export const list = <T extends v.GenericSchema>(item: T, rule: string) =>
  v.pipe(v.array(item, rule), v.minLength(1, rule), noneTwice());

export function wholeNumber(least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most}; choose one`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(least, rule), v.maxValue(most, rule));
}

export const oneOf = <const T extends readonly (string | number)[]>(values: T) =>
  v.picklist(values, `must be one of ${values.join(', ')}; choose one`);
