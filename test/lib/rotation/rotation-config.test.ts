import { describe, expect, it } from '@jest/globals';
import { parseRotationConfig } from '../../../lib/rotation/rotation-config.ts';

const environment = { TOKEN_VENDING_AUDIT: 's3://audit/log', PATH: '/usr/bin' };

describe('the configuration of the rotation function', () => {
  it('has defaults', () => {
    expect(parseRotationConfig(environment)).toEqual({
      secretPrefix: 'token-vending/',
      profiles: '',
      audit: expect.objectContaining({ kind: 's3', bucket: 'audit' }),
      local: false,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is of the local system if it says so', () => {
    const local = {
      TOKEN_VENDING_AUDIT: 'file:///tmp/audit',
      TOKEN_VENDING_LOCAL: 'true',
      TOKEN_VENDING_SECRET_PREFIX: 'mine/',
    };
    expect(parseRotationConfig(local)).toMatchObject({ local: true, secretPrefix: 'mine/' });
    expect(() => parseRotationConfig({ ...local, TOKEN_VENDING_LOCAL: 'false' })).toThrow(
      'TOKEN_VENDING_AUDIT must be s3:// outside the local system',
    );
  });

  it.each<[change: object, text: string]>([
    [{ TOKEN_VENDING_AUDIT: undefined }, 'TOKEN_VENDING_AUDIT is missing'],
    [{ TOKEN_VENDING_SECRET_PREFIX: 'x' }, 'TOKEN_VENDING_SECRET_PREFIX must be letters'],
    [{ TOKEN_VENDING_LOCAL: 'yes' }, 'TOKEN_VENDING_LOCAL must be true or false'],
  ])('is refused: %j', (change, text) => {
    expect(() => parseRotationConfig({ ...environment, ...change })).toThrow(text);
  });
});
