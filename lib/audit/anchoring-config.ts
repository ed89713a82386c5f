import * as v from 'valibot';
import { VendError } from '../errors/vend-error.ts';
import { type AuditDestination, auditDestination } from './destination.ts';

type Bucket = Extract<AuditDestination, { kind: 's3' }>;

/** The configuration of the function that anchors the log. It contains no secret. */
export interface AnchoringConfig {
  /** Name of the deployment, in metrics. */
  readonly name: string;
  readonly log: Bucket;
  /** ARN of the KMS key that signs. */
  readonly key: string;
  /** A second place for the anchors. */
  readonly copy: Bucket | undefined;
}

const BUCKET_RULE = 'must be s3://bucket or s3://bucket/prefix';
const KEY_RULE = 'must be the ARN of a KMS key';
const bucket = v.pipe(
  auditDestination,
  v.check(({ kind }) => kind === 's3', BUCKET_RULE),
  v.transform((destination) => destination as Bucket),
);

const schema = v.object({
  TOKEN_VENDING_NAME: v.optional(v.string(), 'token-vending'),
  TOKEN_VENDING_AUDIT: bucket,
  TOKEN_VENDING_ANCHOR_KEY: v.pipe(
    v.string('must be set'),
    v.regex(/^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, KEY_RULE),
  ),
  TOKEN_VENDING_ANCHOR_COPY: v.optional(bucket),
});

/**
 * Reads the configuration from the environment.
 *
 * @throws {@link VendError} `config_invalid` naming each wrong variable and the rule it breaks
 */
export function parseAnchoringConfig(
  environment: Readonly<Record<string, string | undefined>>,
): AnchoringConfig {
  const result = v.safeParse(schema, environment, { abortPipeEarly: true });
  if (!result.success) {
    const rules = result.issues.map((issue) => `${v.getDotPath(issue)} ${ruleOf(issue)}`);
    throw new VendError('config_invalid', {
      says: `The configuration is invalid: ${rules.join('; ')}.`,
    });
  }
  const config = result.output;
  return {
    name: config.TOKEN_VENDING_NAME,
    log: config.TOKEN_VENDING_AUDIT,
    key: config.TOKEN_VENDING_ANCHOR_KEY,
    copy: config.TOKEN_VENDING_ANCHOR_COPY,
  };
}

function ruleOf({ received, message }: v.BaseIssue<unknown>): string {
  return received === 'undefined' ? 'is missing' : message;
}
