import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';

const lines: string[] = [];
jest.unstable_mockModule('../../../lib/metrics/print-line.ts', () => ({
  printLine: (line: string) => lines.push(line),
}));
const { reportError, reportPolicyReload } = await import('../../../lib/metrics/report-error.ts');

beforeEach(() => void lines.splice(0));
afterEach(() => expect(lines.join()).not.toContain('canary'));
const reported = () => lines.map((line) => JSON.parse(line));

describe('report to operators', () => {
  it('is a line with the code and the private detail', () => {
    reportError(new VendError('upstream_unavailable', { detail: 'status 503' }), 'request-1');
    reportError(new VendError('policy_denied'), 'request-2');
    expect(reported()).toMatchObject([
      {
        level: 'ERROR',
        requestId: 'request-1',
        code: 'upstream_unavailable',
        detail: 'status 503',
      },
      { level: 'INFO', requestId: 'request-2', code: 'policy_denied' },
    ]);
  });

  it('states the name of a foreign error, and the stack of a bug', () => {
    const cause = new TypeError('canary');
    reportError(VendError.from(cause), 'r');
    reportError(VendError.from('canary'), 'r');
    reportError(new VendError('secrets_unavailable', { cause }), 'r');
    const [bug, thrown, foreign] = reported();
    expect(bug).toMatchObject({ cause: 'TypeError', frames: expect.any(Array) });
    expect(thrown.frames).toBeUndefined();
    expect(foreign).toMatchObject({ cause: 'TypeError' });
    expect(foreign.frames).toBeUndefined();
  });

  it('states the result of a reload of policies', () => {
    reportPolicyReload({ version: 'v' });
    reportPolicyReload({ error: new VendError('config_invalid', { says: 'a.cedar:1' }) });
    expect(reported()).toMatchObject([
      { level: 'INFO', policyVersion: 'v' },
      { level: 'ERROR', code: 'config_invalid', detail: 'a.cedar:1' },
    ]);
  });
});
