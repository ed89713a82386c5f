import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { AccessPolicy, AccessRequest } from '../access-policy.ts';
import { findCredentialId, formatCredentialId } from '../credential-id.ts';
import { VendError } from '../vend-error.ts';

const CREDENTIAL_RULE = 'must be team/name, or team/* for every credential of a team';

const schema = v.strictObject({
  /** Shown to every caller that no entry allows. */
  advice: v.optional(v.string()),
  allow: v.array(
    v.strictObject({
      id: v.pipe(
        v.string(),
        v.regex(/^[a-z0-9-]{1,64}$/, 'must be lower-case letters, digits and hyphens'),
      ),
      principal: v.pipe(
        v.string(),
        v.regex(
          /^arn:aws[a-z-]*:(iam|sts)::\d{12}:\S+$/,
          'must be the ARN of a role, a user or root',
        ),
      ),
      actions: v.pipe(
        v.array(v.picklist(['vendToken', 'introspectToken', 'revokeToken', 'describeCredential'])),
        v.minLength(1, 'must name at least one action'),
      ),
      credentials: v.pipe(
        v.array(v.pipe(v.string(), v.check(isPattern, CREDENTIAL_RULE))),
        v.minLength(1, 'must name at least one credential'),
      ),
      /** Absent: any scope within the ceiling of the credential document. */
      scopes: v.optional(v.array(v.string())),
    }),
  ),
});

type Entry = v.InferOutput<typeof schema>['allow'][number];

/**
 * The simplest honest access policy: a static list of who may do what with which credentials; whatever is not on it is
 * denied.
 *
 * @throws VendError `config_invalid` naming the file, the place in it and the rule
 */
export function openAllowList(file: string): AccessPolicy {
  const text = readText(file);
  const result = v.safeParse(schema, parseJson(file, text));
  if (!result.success) throw invalid(file, result.issues.map(describeIssue).join('; '));
  const { allow, advice } = result.output;
  const version = createHash('sha256').update(text).digest('hex');
  return {
    version,
    decide(request) {
      const entry = allow.find((candidate) => applies(candidate, request));
      return {
        allowed: entry !== undefined,
        policies: entry === undefined ? [] : [entry.id],
        advice: entry === undefined && advice !== undefined ? [advice] : [],
        errors: [],
        policyVersion: version,
      };
    },
  };
}

function applies(entry: Entry, { caller, action, credential, context }: AccessRequest): boolean {
  const name = formatCredentialId(credential);
  return (
    entry.principal === caller.principalArn &&
    entry.actions.some((allowed) => allowed === action) &&
    entry.credentials.some((allowed) => allowed === name || allowed === `${credential.team}/*`) &&
    context.scope.every((scope) => entry.scopes === undefined || entry.scopes.includes(scope))
  );
}

function isPattern(pattern: string): boolean {
  return findCredentialId(pattern.replace(/\/\*$/, '/any')) !== undefined;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalid(file, 'it cannot be read', cause);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(file, 'it must be a JSON object', cause);
  }
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'it'}: ${issue.message}`;
}

function invalid(file: string, rules: string, cause?: unknown): VendError {
  return new VendError('config_invalid', {
    says: `The access policy ${file} is not valid: ${rules}.`,
    cause,
  });
}
