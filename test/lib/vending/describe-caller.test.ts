import { expect, it } from '@jest/globals';
import { describeCaller } from '../../../lib/vending/describe-caller.ts';
import { contextOf } from '../../support/request-context.ts';

it('returns the caller that the platform verified, as policies see it', () => {
  expect(describeCaller(contextOf().caller, '192.0.2.7')).toEqual({
    account: '111122223333',
    arn: 'arn:aws:sts::111122223333:assumed-role/ci-checkout/run-1',
    principal: 'arn:aws:iam::111122223333:role/ci-checkout',
    kind: 'role',
    name: 'ci-checkout',
    user_id: 'AROAEXAMPLE:run-1',
    session_name: 'run-1',
    organization: 'o-localexample',
    source_ip: '192.0.2.7',
  });
});
