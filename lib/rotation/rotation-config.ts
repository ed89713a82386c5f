import { hash } from 'node:crypto';
import * as v from 'valibot';
import { type AuditDestination, auditDestination } from '../audit/destination.ts';
import { VendError } from '../errors/vend-error.ts';

/** The configuration of the rotation function. It contains no secret. */
export interface RotationConfig {
  readonly secretPrefix: string;
  /** Directory of the deployment's server profiles; empty: `profiles` beside the bundle, if it exists. */
  readonly profiles: string;
  readonly audit: AuditDestination;
  /** Local system: http to loopback is allowed. */
  readonly local: boolean;
  /** SHA-256 (hex) of the whole configuration, for the audit record of the process start. */
  readonly digest: string;
}

const PREFIX_RULE = 'must be letters, digits, - _ / + = . @ and end with /';

const schema = v.object({
  TOKEN_VENDING_SECRET_PREFIX: v.optional(
    v.pipe(v.string(), v.regex(/^[\w/+=.@-]{1,200}\/$/, PREFIX_RULE)),
    'token-vending/',
  ),
  TOKEN_VENDING_PROFILES: v.optional(v.string(), ''),
  TOKEN_VENDING_AUDIT: auditDestination,
  TOKEN_VENDING_LOCAL: v.optional(v.picklist(['true', 'false'], 'must be true or false'), 'false'),
});

/**
 * Reads the configuration from the environment.
 *
 * @throws {@link VendError} `config_invalid` naming each wrong variable and the rule it breaks
 */
export function parseRotationConfig(
  environment: Readonly<Record<string, string | undefined>>,
): RotationConfig {
  const result = v.safeParse(schema, environment, { abortPipeEarly: true });
  if (!result.success) {
    const rules = result.issues.map((issue) => `${v.getDotPath(issue)} ${ruleOf(issue)}`);
    throw invalid(rules.join('; '));
  }
  const config = result.output;
  const local = config.TOKEN_VENDING_LOCAL === 'true';
  if (config.TOKEN_VENDING_AUDIT.kind === 'file' && !local)
    throw invalid('TOKEN_VENDING_AUDIT must be s3:// outside the local system');
  return {
    secretPrefix: config.TOKEN_VENDING_SECRET_PREFIX,
    profiles: config.TOKEN_VENDING_PROFILES,
    audit: config.TOKEN_VENDING_AUDIT,
    local,
    digest: hash('sha256', JSON.stringify(config), 'hex'),
  };
}

function ruleOf({ received, message }: v.BaseIssue<unknown>): string {
  return received === 'undefined' ? 'is missing' : message;
}

function invalid(rules: string): VendError {
  return new VendError('config_invalid', { says: `The configuration is invalid: ${rules}.` });
}
