import { describe, expect, it } from '@jest/globals';
import { explainAccessError } from '../../client/access-error.ts';

const ROLE = 'arn:aws:sts::111122223333:assumed-role/ci-checkout/run-1';
const API = 'arn:aws:execute-api:eu-north-1:********3333:abc/prod/GET/caller-identity';
const NOT_AUTHORIZED = `User: ${ROLE} is not authorized to perform: execute-api:Invoke on resource: ${API}`;

function explain(message: string, type = 'AccessDeniedException') {
  return explainAccessError({ status: 403, type, message, requestId: 'r-1' });
}

describe('an error response of IAM', () => {
  it.each([
    [
      'nothing but Forbidden',
      'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
      'AWS did not permit this identity to call the endpoint. The request did not reach token-vending.',
      /lambda:InvokeFunctionUrl and lambda:InvokeFunction/,
    ],
    [
      'which action is missing',
      NOT_AUTHORIZED,
      'AWS did not permit this identity to call the endpoint: no policy allows execute-api:Invoke.',
      /^Allow this role execute-api:Invoke/,
    ],
    [
      'which kind of policy is missing',
      `User: ${ROLE} is not authorized to perform: lambda:InvokeFunctionUrl on resource: x because no identity-based policy allows the lambda:InvokeFunctionUrl action`,
      'AWS did not permit this identity to call the endpoint: no identity-based policy allows lambda:InvokeFunctionUrl.',
      /needs lambda:InvokeFunctionUrl and lambda:InvokeFunction/,
    ],
    [
      'which kind of policy denies',
      `${NOT_AUTHORIZED} with an explicit deny in a service control policy`,
      'AWS did not permit this identity to call the endpoint: a service control policy denies execute-api:Invoke.',
      /A deny overrides every permission/,
    ],
    [
      'that something denies',
      `${NOT_AUTHORIZED} with an explicit deny`,
      'AWS did not permit this identity to call the endpoint: a policy denies execute-api:Invoke.',
      /A deny overrides every permission/,
    ],
  ])('is explained if AWS says %s', (_what, said, message, advice) => {
    const { code, requestId, ...error } = explain(said);
    expect([code, requestId]).toEqual(['access_forbidden', 'r-1']);
    expect([explain(said).message, error.advice]).toEqual([message, expect.stringMatching(advice)]);
  });

  it('is an unknown path if AWS reports a missing signature of a signed request', () => {
    const { advice } = explain(
      'Missing Authentication Token',
      'MissingAuthenticationTokenException',
    );
    expect(advice).toMatch(/ends with its stage/);
  });

  it('repeats only the names of actions and kinds of policy from the text of AWS', () => {
    const { message, advice } = explain(
      `${NOT_AUTHORIZED} with an explicit deny in a policy of CANARY`,
    );
    expect(`${message}${advice}`).not.toMatch(/CANARY|ci-checkout|arn:/);
  });
});
