import { SIGNING_SERVICES } from '../../client/endpoint.ts';
import {
  isCredential,
  isDuration,
  isOneOf,
  isWholeNumber,
  matches,
} from '../configuration/rules.ts';
import { optional, required } from '../framework/schema/attribute.ts';
import { block, defineSchema } from '../framework/schema/schema.ts';
import { number, string } from '../framework/schema/type.ts';

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

/** The schema of `provider "tokenvending"`. */
export const configurationSchema = defineSchema({
  description: `Gives short-lived OAuth2 access tokens to Terraform runs. A run signs its request with the AWS identity that it already has. Client secrets stay in AWS Secrets Manager.

Tokens are ephemeral. They reach neither the state nor the plan. This needs Terraform 1.10 or newer.`,
  attributes: {
    endpoint: optional(string, {
      description:
        'URL of the token-vending endpoint. Default: the environment variable `TOKEN_VENDING_ENDPOINT`. It is reached through the proxy of `HTTPS_PROXY`, unless `NO_PROXY` names its host.',
    }),
    region: optional(string, {
      description:
        'AWS region of the endpoint. Default: the region in the host name of a function URL or REST API, else `TOKEN_VENDING_REGION`, `AWS_REGION`, `AWS_DEFAULT_REGION`.',
      rule: matches(
        /^[a-z]{2}(-[a-z]+)+-\d$/,
        'must be the name of an AWS region such as eu-north-1',
      ),
    }),
    signing_service: optional(string, {
      description:
        'Service name of the signature, for hosts that do not show it: `lambda` for a function URL, `execute-api` for an API with its own domain. Default: `TOKEN_VENDING_SIGNING_SERVICE`, else the service in the host name, else `lambda`.',
      rule: isOneOf(...SIGNING_SERVICES),
    }),
    profile: optional(string, {
      description:
        'Profile of the AWS configuration to sign with. Default: `TOKEN_VENDING_PROFILE`, else the AWS default credential chain (environment, web identity, SSO, process, container, instance).',
    }),
    credential: optional(string, {
      description:
        'Default credential (`team/name`) of resources and data sources. Default: `TOKEN_VENDING_CREDENTIAL`.',
      rule: isCredential,
    }),
    timeout: optional(string, {
      description:
        'Time limit of one attempt. Default: `"15s"`; for the registry, which tests what it stores, `"29s"`.',
      rule: isDuration(1, 900),
    }),
    max_retries: optional(number, {
      description: 'Number of retries for retryable errors, all within one minute. Default: 3.',
      rule: isWholeNumber(0, 20),
    }),
    ca_bundle: optional(string, {
      description:
        'PEM file with additional certificate authorities, for a proxy that inspects TLS. The certificate authorities of the system are also trusted. Default: `TOKEN_VENDING_CA_BUNDLE`, else `AWS_CA_BUNDLE`.',
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
          description: 'Session name, which the audit log contains. Default: `terraform`.',
          rule: matches(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 letters, digits or _+=,.@-'),
        }),
        external_id: optional(string, { description: 'External id that the role requires.' }),
        duration: optional(string, {
          description: 'Lifetime of the session, which is renewed. Default: `"1h"`.',
          rule: isDuration(900, 43_200),
        }),
      },
    }),
  },
});
