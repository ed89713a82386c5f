import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { auditDestination } from '../../../lib/audit/destination.ts';

describe('the destination of audit records', () => {
  it.each([
    ['s3://audit-bucket', { kind: 's3', bucket: 'audit-bucket', prefix: '' }],
    ['s3://audit-bucket/a/b', { kind: 's3', bucket: 'audit-bucket', prefix: 'a/b' }],
    ['file:///var/audit', { kind: 'file', directory: '/var/audit' }],
  ])('is read from %s', (url, destination) => {
    expect(v.parse(auditDestination, url)).toEqual(destination);
  });

  it.each(['', 's3://', 's3://A', 's3://audit-bucket/a b', 'file://audit', 'https://audit-bucket'])(
    'is not %j',
    (url) => {
      expect(v.safeParse(auditDestination, url).issues).toMatchObject([
        { message: expect.stringContaining('must be s3://bucket or s3://bucket/prefix') },
      ]);
    },
  );
});
