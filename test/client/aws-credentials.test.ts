import { describe, expect, it } from '@jest/globals';
import { assumeRole } from '../../client/assume-role.ts';
import { findAwsCredentials } from '../../client/aws-credentials.ts';
import { AWS_CREDENTIALS_TIMEOUT } from '../../lib/time/time-budget.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { never } from '../support/fake-ports.ts';

const IDENTITY = { accessKeyId: 'LOCALKEY', secretAccessKey: 'fake' };
const late = { code: 'aws_credentials_unavailable', message: expect.stringContaining('120 s') };

describe('credentials of the default chain', () => {
  it('fail in time if the chain never settles, and are read anew by the next call', async () => {
    const clock = new FakeClock();
    const chains = [never, async () => IDENTITY];
    const open = async () => chains.shift() ?? never;
    const credentials = findAwsCredentials(undefined, { clock, open });
    const calls = [credentials(), credentials()].map((call) =>
      expect(call).rejects.toMatchObject(late),
    );
    await clock.advance(AWS_CREDENTIALS_TIMEOUT);
    await Promise.all(calls);
    expect(await credentials()).toBe(IDENTITY);
    expect(clock.pendingTimers).toBe(0);
  });

  it('come from one chain as long as it works', async () => {
    let opened = 0;
    const open = async () => {
      opened += 1;
      return async () => IDENTITY;
    };
    const credentials = findAwsCredentials('team', { open });
    await credentials();
    expect(await credentials()).toBe(IDENTITY);
    expect(opened).toBe(1);
  });

  it('name the cause if there are none', async () => {
    const cause = new Error('no profile');
    const open = async () => () => Promise.reject(cause);
    await expect(findAwsCredentials('team', { open })()).rejects.toMatchObject({
      code: 'aws_credentials_unavailable',
      cause,
    });
  });
});

describe('the session of a role', () => {
  it('is opened anew after one that never settled', async () => {
    const clock = new FakeClock();
    const role = {
      roleArn: 'arn:aws:iam::111122223333:role/ci-checkout',
      sessionName: 'run-1',
      externalId: undefined,
      duration: 900,
    };
    let asked = Promise.withResolvers<void>();
    const base = async () => {
      asked.resolve();
      return await never();
    };
    const session = assumeRole(base, role, 'eu-north-1', clock);
    for (let times = 0; times < 2; times += 1) {
      const call = expect(session()).rejects.toMatchObject(late);
      await asked.promise;
      asked = Promise.withResolvers<void>();
      await clock.advance(AWS_CREDENTIALS_TIMEOUT);
      await call;
    }
  });
});
