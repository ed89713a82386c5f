import { isCredential } from '../configuration/rules.ts';
import { computed, optional, optionalComputed, required } from '../framework/schema/attribute.ts';
import type { State } from '../framework/schema/infer.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { bool, list, number, string } from '../framework/schema/type.ts';
import { documentAttributes } from './document-attributes.ts';

/** The days that a destroyed credential can be restored, unless configured. */
export const RECOVERY_DAYS = 30;

const DAYS_RULE = 'must be a whole number from 7 to 30';

/**
 * Resource `tokenvending_credential`: a credential document. Attributes have the names of its keys.
 */
export const credentialSchema = defineSchema({
  version: 1,
  description: `A registered OAuth2 client. The registry of the deployment stores its credential document in AWS Secrets Manager. The identity of the run needs no right on secrets. A policy must permit it \`registerCredential\` and \`describeCredential\` on the credential; for a change of only \`status\` and \`epoch\`, \`switchCredential\` instead of \`registerCredential\`.

Before the registry stores a document, it obtains a token with it. If that fails, nothing is changed, and the error names the stage. \`test_on_change = false\` skips the test.

Only a change of \`credential\` replaces the resource. If the credential is scheduled for deletion, for example after a destroy, a creation restores it and replaces its document. If somebody else changes the credential between plan and apply, the apply fails, and nothing is lost.

Secrets are write-only (Terraform 1.11). They reach neither the state nor the plan. Change \`secret_version\` to send them again.`,
  attributes: {
    credential: required(string, {
      description: 'Name of the credential, as `team/name`.',
      forceNew: true,
      rule: isCredential,
    }),
    ...documentAttributes,
    secret_version: optional(string, {
      description:
        'Any text. If it changes, the secrets of the configuration are sent again, and stored secrets that the configuration does not have are removed.',
    }),
    test_on_change: optionalComputed(bool, {
      description:
        'Whether the registry obtains a token with a new document before it stores it. A change of only `status` and `epoch` is not tested.',
      default: true,
    }),
    recovery_window_in_days: optionalComputed(number, {
      description: 'Days in which a destroyed credential can be restored: 7 to 30.',
      default: RECOVERY_DAYS,
      rule: (days) => (Number.isInteger(days) && days >= 7 && days <= 30 ? undefined : DAYS_RULE),
    }),
    id: computed(string, { description: 'Same as `credential`.', keep: true }),
    version_id: computed(string, { description: 'Current version of the credential.' }),
    secret_members: computed(list(string), {
      description: 'Names of the secrets that are stored, such as `client_secret`.',
    }),
    last_rotated_at: computed(number, {
      description: 'When the last rotation ended, in seconds since the Unix epoch.',
    }),
    next_rotation_at: computed(number, {
      description: 'When the next rotation is due, in seconds since the Unix epoch.',
    }),
  },
});

export type CredentialState = State<typeof credentialSchema>;
