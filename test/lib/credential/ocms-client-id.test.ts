import { describe, expect, it } from '@jest/globals';
import { readOcmsClientId } from '../../../lib/credential/ocms-client-id.ts';

const encode = (text: string) => Buffer.from(text).toString('base64url');

describe('OCMS client id', () => {
  it('names tenant, software and version', () => {
    expect(readOcmsClientId(encode('id: x\nsfw: demo@1.0@T1\ntid: T1\n'))).toEqual({
      tenantId: 'T1',
      softwareId: 'demo',
      softwareVersion: '1.0',
    });
  });

  it('reads the two-part form of a global template and quoted values', () => {
    expect(readOcmsClientId(encode(`sfw: demo@2\ntid: '123'\n`))).toMatchObject({
      tenantId: '123',
      softwareVersion: '2',
    });
  });

  it.each([
    ['no text at all', '***'],
    ['no tenant', encode('sfw: a@1\n')],
    ['no software', encode('tid: T\n')],
    ['no version', encode('sfw: a\ntid: T\n')],
  ])('is not readable if there is %s', (_what, clientId) => {
    expect(readOcmsClientId(clientId)).toBeUndefined();
  });
});
