import { isCredential, isDuration, isWholeNumber, matches } from '../configuration/rules.ts';
import { optional, required } from '../framework/schema/attribute.ts';
import { block, defineSchema } from '../framework/schema/schema.ts';
import { number, string } from '../framework/schema/type.ts';

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

/** What a team writes in `provider "tokenvending"`. */
export const configurationSchema = defineSchema({
  description: `Hands short-lived OAuth2 access tokens to Terraform runs. The run signs its request with the AWS identity that it already has; client secrets stay in AWS Secrets Manager.

Tokens are ephemeral: they reach neither the state nor the plan. Terraform 1.10 or newer is needed for that.`,
  attributes: {
    endpoint: optional(string, {
      description:
        'URL of the token-vending endpoint. Default: the environment variable `TOKEN_VENDING_ENDPOINT`.',
    }),
    region: optional(string, {
      description:
        'AWS region of the endpoint. Default: what the host of a function URL or REST API says, else `TOKEN_VENDING_REGION`, `AWS_REGION`, `AWS_DEFAULT_REGION`.',
      rule: matches(
        /^[a-z]{2}(-[a-z]+)+-\d$/,
        'must be the name of an AWS region such as eu-north-1',
      ),
    }),
    profile: optional(string, {
      description:
        'Profile of the AWS configuration to sign with. Default: `TOKEN_VENDING_PROFILE`, else the AWS default credential chain (environment, web identity, SSO, process, container, instance).',
    }),
    credential: optional(string, {
      description:
        'Credential (`team/name`) of whatever names none itself. Default: `TOKEN_VENDING_CREDENTIAL`.',
      rule: isCredential,
    }),
    timeout: optional(string, {
      description: 'How long one attempt may take. Default: `"15s"`.',
      rule: isDuration(1, 900),
    }),
    max_retries: optional(number, {
      description:
        'Further attempts after the first, where trying again helps; all of them within a minute. Default: 3.',
      rule: isWholeNumber(0, 20),
    }),
    ca_bundle: optional(string, {
      description:
        'File with further certificate authorities (PEM), for a proxy that inspects TLS. Default: `TOKEN_VENDING_CA_BUNDLE`, else `AWS_CA_BUNDLE`. Those of the system are trusted besides.',
    }),
  },
  blocks: {
    assume_role: block('single', {
      description: 'Role to assume before signing.',
      attributes: {
        role_arn: required(string, {
          description: 'ARN of the role.',
          rule: matches(ROLE_ARN, 'must be the ARN of an IAM role'),
        }),
        session_name: optional(string, {
          description: 'Name of the session, which stands in the audit log. Default: `terraform`.',
          rule: matches(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 letters, digits or _+=,.@-'),
        }),
        external_id: optional(string, { description: 'External id that the role demands.' }),
        duration: optional(string, {
          description: 'How long the session lives; it is renewed. Default: `"1h"`.',
          rule: isDuration(900, 43_200),
        }),
      },
    }),
  },
});
