import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ACCESS_ACTIONS } from '../../../lib/access/policy.ts';
import { cedar, schemaFile } from '../../support/policies.ts';

describe('the actions', () => {
  it('are those of the Cedar schema', () => {
    const parsed = cedar.schemaToJson(readFileSync(schemaFile, 'utf8'));
    if (parsed.type === 'failure') throw new Error('the schema does not parse');
    const { actions = {} } = parsed.json[''] ?? {};
    expect(Object.keys(actions).sort()).toEqual(ACCESS_ACTIONS.toSorted());
  });
});
