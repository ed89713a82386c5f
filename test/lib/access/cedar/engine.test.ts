import { describe, expect, it } from '@jest/globals';
import { openCedar } from '../../../../lib/access/cedar/engine.ts';
import { cedar } from '../../../support/policies.ts';

describe('the engine', () => {
  it('is the version of Cedar that the seal of policies names', () => {
    expect(cedar.getCedarVersion()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('is compiled once: opened again, it does not read its file', () => {
    expect(openCedar('/no/such/file.wasm')).toBe(cedar);
  });
});
