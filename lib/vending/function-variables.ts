import { hash } from 'node:crypto';
import * as v from 'valibot';
import { type BudgetLimits, DEFAULT_BUDGETS } from '../access/budgets.ts';
import { type AuditDestination, auditDestination } from '../audit/destination.ts';
import { VendError } from '../errors/vend-error.ts';
import type { OwnEndpoint } from '../http/own-endpoint.ts';

/** The configuration that the functions behind an endpoint have in common. It contains no secret. */
export interface EndpointConfig {
  /** Name of the deployment, in metrics. */
  readonly name: string;
  readonly secretPrefix: string;
  /** Directory of the Cedar schema and policies; empty: `policies` beside the bundle. */
  readonly policies: string;
  /** Directory of the deployment's server profiles; empty: `profiles` beside the bundle, if it exists. */
  readonly profiles: string;
  readonly audit: AuditDestination;
  /** The only way to invoke the function. */
  readonly endpoint: OwnEndpoint;
  readonly budgets: BudgetLimits;
  /** Local system: http to loopback is allowed, and edited policies are reloaded. */
  readonly local: boolean;
  readonly troubleshootingUrl: string;
  /** SHA-256 (hex) of the whole configuration, for the audit record of the process start. */
  readonly digest: string;
}

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const TROUBLESHOOTING =
  'https://github.com/token-vending/token-vending/blob/main/docs/troubleshooting.md';

const SWITCH_RULE = 'must be true or false';
/** A variable that is `true` or `false`. */
export const flag = v.pipe(
  v.picklist(['true', 'false'], SWITCH_RULE),
  v.transform((value) => value === 'true'),
);

const BUDGET_RULE = 'must be a whole number from 1 to 1000000';
const budget = (standard: number) =>
  v.optional(
    v.pipe(v.string(), v.regex(/^(?:[1-9]\d{0,5}|1000000)$/, BUDGET_RULE), v.transform(Number)),
    String(standard),
  );

const NAME_RULE = 'must be 1 to 40 lower-case letters, digits and hyphens, beginning with a letter';
const PREFIX_RULE = 'must be letters, digits, - _ / + = . @ and end with /';

const ALIAS_RULE = 'must be the name of a Lambda alias, such as live';
const INVOKED_BY_RULE = 'must be function-url, function-url/<id> or rest-api/<id>';
const INVOKED_BY = /^(?:(function-url)(?:\/([a-z0-9]{1,64}))?|(rest-api)\/([a-z0-9]{1,64}))$/;

/** The schema of each variable that these functions have in common. */
export const endpointVariables = {
  // Both are required in the local system too, so that no switch makes direct invocations possible.
  TOKEN_VENDING_ALIAS: v.pipe(
    v.string('must be set'),
    // A version is a number: https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
    v.regex(/^(?!\d+$)[\w-]{1,128}$/, ALIAS_RULE),
  ),
  TOKEN_VENDING_INVOKED_BY: v.pipe(
    v.string('must be set'),
    v.regex(INVOKED_BY, INVOKED_BY_RULE),
    v.transform(toEndpoint),
  ),
  TOKEN_VENDING_NAME: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/, NAME_RULE)),
    'token-vending',
  ),
  TOKEN_VENDING_SECRET_PREFIX: v.optional(
    v.pipe(v.string(), v.regex(/^[\w/+=.@-]{1,200}\/$/, PREFIX_RULE)),
    'token-vending/',
  ),
  TOKEN_VENDING_POLICIES: v.optional(v.string(), ''),
  TOKEN_VENDING_PROFILES: v.optional(v.string(), ''),
  TOKEN_VENDING_AUDIT: auditDestination,
  TOKEN_VENDING_MINTS_PER_MINUTE: budget(DEFAULT_BUDGETS.mints),
  TOKEN_VENDING_UNKNOWN_NAMES_PER_MINUTE: budget(DEFAULT_BUDGETS.unknownNames),
  TOKEN_VENDING_LOCAL: v.optional(flag, 'false'),
  TOKEN_VENDING_TROUBLESHOOTING_URL: v.optional(
    v.pipe(v.string(), v.url('must be a URL')),
    TROUBLESHOOTING,
  ),
};

type EndpointVariables = v.InferOutput<v.StrictObjectSchema<typeof endpointVariables, undefined>>;

/**
 * Reads the variables of a function. Variables without the prefix `TOKEN_VENDING_` are ignored.
 *
 * @throws {@link VendError} `config_invalid` naming each wrong variable and the rule it breaks
 */
export function readVariables<Output extends EndpointVariables>(
  schema: v.GenericSchema<unknown, Output>,
  environment: Environment,
): { readonly variables: Output; readonly config: EndpointConfig } {
  const own = Object.entries(environment).filter(([name]) => name.startsWith('TOKEN_VENDING_'));
  const result = v.safeParse(schema, Object.fromEntries(own), { abortPipeEarly: true });
  if (!result.success) throw invalid(result.issues.map(describeIssue).join('; '));
  const variables = result.output;
  if (variables.TOKEN_VENDING_AUDIT.kind === 'file' && !variables.TOKEN_VENDING_LOCAL)
    throw invalid('TOKEN_VENDING_AUDIT must be s3:// outside the local system');
  const digest = hash('sha256', JSON.stringify(own.sort()), 'hex');
  return { variables, config: toConfig(variables, digest) };
}

function toConfig(variables: EndpointVariables, digest: string): EndpointConfig {
  return {
    name: variables.TOKEN_VENDING_NAME,
    secretPrefix: variables.TOKEN_VENDING_SECRET_PREFIX,
    policies: variables.TOKEN_VENDING_POLICIES,
    profiles: variables.TOKEN_VENDING_PROFILES,
    audit: variables.TOKEN_VENDING_AUDIT,
    endpoint: { alias: variables.TOKEN_VENDING_ALIAS, ...variables.TOKEN_VENDING_INVOKED_BY },
    budgets: {
      mints: variables.TOKEN_VENDING_MINTS_PER_MINUTE,
      unknownNames: variables.TOKEN_VENDING_UNKNOWN_NAMES_PER_MINUTE,
    },
    local: variables.TOKEN_VENDING_LOCAL,
    troubleshootingUrl: variables.TOKEN_VENDING_TROUBLESHOOTING_URL,
    digest,
  };
}

function toEndpoint(text: string): Pick<OwnEndpoint, 'kind' | 'apiId'> {
  const [, url, urlId, , restId] = INVOKED_BY.exec(text) as RegExpExecArray;
  return url === undefined
    ? { kind: 'rest-api', apiId: restId }
    : { kind: 'function-url', apiId: urlId };
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const name = issue.path?.[0]?.key;
  if (issue.expected === 'never') return `${name} is not a variable of this function`;
  return issue.received === 'undefined' ? `${name} is missing` : `${name} ${issue.message}`;
}

function invalid(rules: string): VendError {
  return new VendError('config_invalid', { says: `The configuration is invalid: ${rules}.` });
}
