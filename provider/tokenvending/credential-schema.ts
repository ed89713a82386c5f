import { isCredential, matches } from '../configuration/rules.ts';
import { computed, optional, optionalComputed, required } from '../framework/schema/attribute.ts';
import type { State } from '../framework/schema/infer.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { number, string } from '../framework/schema/type.ts';
import { documentAttributes } from './document-attributes.ts';

/**
 * Resource `tokenvending_credential`: a credential document. Attributes have the names of its keys.
 */
export const credentialSchema = defineSchema({
  description: `A registered OAuth2 client: its credential document in AWS Secrets Manager. This resource is for operators. It needs \`secretsmanager:CreateSecret\`, \`PutSecretValue\`, \`UpdateSecret\`, \`GetSecretValue\`, \`DescribeSecret\`, \`TagResource\`, \`DeleteSecret\` and \`RestoreSecret\` on the prefix, and does not use the endpoint.

Only a change of the name (\`credential\` or \`prefix\`) replaces the secret. If the secret is scheduled for deletion, for example after a destroy, a creation restores it and stores the new document as its current version.

Secrets are write-only (Terraform 1.11). They reach neither the state nor the plan. Change \`secret_version\` to send them again.`,
  attributes: {
    credential: required(string, {
      description: 'Name of the credential, as `team/name`.',
      forceNew: true,
      rule: isCredential,
    }),
    prefix: optionalComputed(string, {
      description: 'Prefix of the name of the secret.',
      default: 'token-vending/',
      forceNew: true,
      rule: matches(
        /^[\w/+=.@-]{1,200}\/$/,
        'must be letters, digits, - _ / + = . @ and end with /',
      ),
    }),
    ...documentAttributes,
    secret_version: optional(string, {
      description:
        'Any text. If it changes, the secret or the key of the configuration is sent again.',
    }),
    kms_key_id: optional(string, {
      description:
        'Key that encrypts the secret. Default: `aws/secretsmanager`. A change also encrypts the existing versions with the new key. It needs `kms:Decrypt` with the old key, and `kms:GenerateDataKey` and `kms:Encrypt` with the new one.',
    }),
    recovery_window_in_days: optionalComputed(number, {
      description:
        'Days in which a destroyed credential can be restored: 7 to 30, or 0 to delete it at once.',
      default: 30,
      rule: (days) =>
        days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30)
          ? undefined
          : 'must be 0, or a whole number from 7 to 30',
    }),
    id: computed(string, { description: 'Same as `credential`.', keep: true }),
    arn: computed(string, { description: 'ARN of the secret.', keep: true }),
    version_id: computed(string, { description: 'Current version of the secret.' }),
  },
});

export type CredentialState = State<typeof credentialSchema>;
