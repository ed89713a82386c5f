import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identifyCaller, imagineCaller } from '../../../lib/access/caller.ts';
import { FakeWorld, request } from '../../support/fake-ports.ts';

const identity = (arn: string, accountId = '111122223333') => ({
  accountId,
  arn,
  userId: 'AROAEXAMPLE:s',
  accessKeyId: undefined,
  organizationId: undefined,
});

describe('caller', () => {
  it.each([
    [
      'arn:aws:sts::111122223333:assumed-role/ci/run-1',
      'role',
      'ci',
      'run-1',
      'arn:aws:iam::111122223333:role/ci',
    ],
    [
      'arn:aws-cn:sts::111122223333:assumed-role/ci/s',
      'role',
      'ci',
      's',
      'arn:aws-cn:iam::111122223333:role/ci',
    ],
    [
      'arn:aws-us-gov:sts::111122223333:assumed-role/ci/s',
      'role',
      'ci',
      's',
      'arn:aws-us-gov:iam::111122223333:role/ci',
    ],
    [
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123abcd/a@b.example',
      'role',
      'AWSReservedSSO_Admin_0123abcd',
      'a@b.example',
      'arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_0123abcd',
    ],
    [
      'arn:aws:sts::111122223333:assumed-role/a+=,.@_-b/c+=,.@_-d',
      'role',
      'a+=,.@_-b',
      'c+=,.@_-d',
      'arn:aws:iam::111122223333:role/a+=,.@_-b',
    ],
    [
      'arn:aws:iam::111122223333:user/alice',
      'user',
      'alice',
      undefined,
      'arn:aws:iam::111122223333:user/alice',
    ],
    [
      'arn:aws:iam::111122223333:user/division/team/alice',
      'user',
      'alice',
      undefined,
      'arn:aws:iam::111122223333:user/division/team/alice',
    ],
    ['arn:aws:iam::111122223333:root', 'root', 'root', undefined, 'arn:aws:iam::111122223333:root'],
    [
      'arn:aws:sts::111122223333:federated-user/bob',
      'federated-user',
      'bob',
      undefined,
      'arn:aws:sts::111122223333:federated-user/bob',
    ],
  ])('is read from %s', (arn, kind, name, sessionName, principalArn) => {
    const partition = arn.split(':')[1];
    expect(identifyCaller(identity(arn))).toMatchObject({
      kind,
      name,
      sessionName,
      principalArn,
      partition,
    });
  });

  it.each([
    'arn:aws:sts::111122223333:assumed-role/ci',
    'arn:aws:sts::111122223333:assumed-role/path/ci/run',
    'arn:aws:sts::111122223333:assumed-role/ci/run\n',
    'arn:aws:iam::111122223333:role/ci',
    'arn:aws:iam::111122223333:assumed-role/ci/run',
    'arn:aws:s3::111122223333:user/a',
    'arn:other:iam::111122223333:user/a',
    'arn:aws:iam::444455556666:user/alice',
    'arn:aws:iam::111122223333:user/',
    '',
  ])('is rejected as %j', async (arn) => {
    const world = new FakeWorld();
    const { status, json } = await world.serve(request({ identity: identity(arn) }));
    expect([status, json['code']]).toEqual([403, 'caller_unidentified']);
    expect(world.audit.events).toMatchObject([
      { kind: 'denial', code: 'caller_unidentified', request: { caller: undefined } },
    ]);
  });

  it('is never a principal of another account, whatever the name of the session', () => {
    const name = fc.stringMatching(/^[\w+=,.@-]{1,40}$/);
    fc.assert(
      fc.property(name, name, (role, session) => {
        const caller = identifyCaller(
          identity(`arn:aws:sts::111122223333:assumed-role/${role}/${session}`),
        );
        expect(caller.principalArn).toBe(`arn:aws:iam::111122223333:role/${role}`);
        expect(caller.sessionName).toBe(session);
      }),
    );
  });
});

describe('a principal of an access evaluation', () => {
  it.each(['', 'ci', 'arn:aws:s3:::bucket', 'arn:aws:iam::111122223333:group/a'])(
    'does not exist if the ARN is %j',
    (arn) => {
      expect(imagineCaller(arn, undefined)).toBeUndefined();
    },
  );

  it('has the principal of a role, however its ARN is written', () => {
    const arns = [
      'arn:aws:iam::111122223333:role/ci',
      'arn:aws:iam::111122223333:role/path/ci',
      'arn:aws:sts::111122223333:assumed-role/ci/run-1',
    ];
    expect(arns.map((arn) => imagineCaller(arn, 'o-a')?.principalArn)).toEqual([
      arns[0],
      arns[0],
      arns[0],
    ]);
  });
});
