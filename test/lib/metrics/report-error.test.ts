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
  it('is a line with the credential, the stage, the public text and the private detail', () => {
    const error = new VendError('upstream_unavailable', { detail: 'status 503', stage: 'token' });
    reportError(error, { requestId: 'request-1', credential: 'checkout/orders-api' });
    reportError(new VendError('policy_denied'), { requestId: 'request-2' });
    expect(reported()).toMatchObject([
      {
        level: 'ERROR',
        requestId: 'request-1',
        credential: 'checkout/orders-api',
        stage: 'token',
        code: 'upstream_unavailable',
        description: 'The authorization server cannot be reached or is failing.',
        detail: 'status 503',
      },
      { level: 'INFO', requestId: 'request-2', code: 'policy_denied' },
    ]);
  });

  it('states the name of a foreign error, and the stack of a bug', () => {
    // A message of a parser quotes its input, which can look like a frame.
    const cause = new TypeError('canary\n    at canary (canary.ts:1:1)');
    reportError(VendError.from(cause), { requestId: 'r' });
    reportError(VendError.from('canary'), { requestId: 'r' });
    reportError(new VendError('secrets_unavailable', { cause }), { requestId: 'r' });
    const [bug, thrown, foreign] = reported();
    expect(bug).toMatchObject({ cause: 'TypeError', frames: expect.any(Array) });
    expect(bug.frames.length).toBeGreaterThan(0);
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
