import { describe, expect, it } from '@jest/globals';
import { describePrincipal } from '../../../cli/policy/describe-principal.ts';

const ROLE = 'arn:aws:iam::111122223333:role/deploy';
const USER = 'arn:aws:iam::111122223333:user/team/ann';

describe('a principal that is given by ARN', () => {
  it('is a role without its path, and the text says so', () => {
    expect(describePrincipal('arn:aws:iam::111122223333:role/ci/deploy')).toEqual({
      arn: ROLE,
      text: `${ROLE} (without the path, which the ARN of a session does not contain)`,
    });
  });

  it.each([
    ['a role', ROLE, ROLE],
    ['the role of a session', 'arn:aws:sts::111122223333:assumed-role/deploy/run-1', ROLE],
    ['a user with its path', USER, USER],
    ['the text itself if it is no principal', 'me', 'me'],
  ])('is %s', (_, given, arn) => {
    expect(describePrincipal(given)).toEqual({ arn, text: arn });
  });
});
