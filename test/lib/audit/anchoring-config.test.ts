import { describe, expect, it } from '@jest/globals';
import { parseAnchoringConfig } from '../../../lib/audit/anchoring-config.ts';

const environment = {
  PATH: '/bin',
  TOKEN_VENDING_AUDIT: 's3://example-audit/token-vending',
  TOKEN_VENDING_ANCHOR_KEY:
    'arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001',
};

describe('the configuration of the function that anchors', () => {
  it('names log, key and copy', () => {
    expect(parseAnchoringConfig(environment)).toEqual({
      name: 'token-vending',
      log: { kind: 's3', bucket: 'example-audit', prefix: 'token-vending' },
      key: environment.TOKEN_VENDING_ANCHOR_KEY,
      copy: undefined,
    });
    const more = {
      ...environment,
      TOKEN_VENDING_NAME: 'own',
      TOKEN_VENDING_ANCHOR_COPY: 's3://copy',
    };
    expect(parseAnchoringConfig(more)).toMatchObject({
      name: 'own',
      copy: { bucket: 'copy', prefix: '' },
    });
  });

  it.each([
    ['no log', { TOKEN_VENDING_AUDIT: undefined }, 'TOKEN_VENDING_AUDIT is missing'],
    ['no key', { TOKEN_VENDING_ANCHOR_KEY: undefined }, 'TOKEN_VENDING_ANCHOR_KEY is missing'],
    [
      'a log in a directory',
      { TOKEN_VENDING_AUDIT: 'file:///tmp/a' },
      'TOKEN_VENDING_AUDIT must be s3://',
    ],
    [
      'an alias',
      { TOKEN_VENDING_ANCHOR_KEY: 'alias/a' },
      'TOKEN_VENDING_ANCHOR_KEY must be the ARN',
    ],
    [
      'a copy at a web page',
      { TOKEN_VENDING_ANCHOR_COPY: 'https://a' },
      'TOKEN_VENDING_ANCHOR_COPY must be s3://',
    ],
  ])('is refused with the variable and the rule: %s', (_, change, text) => {
    expect(() => parseAnchoringConfig({ ...environment, ...change })).toThrow(text);
  });
});
