import { describe, expect, it } from '@jest/globals';
import { diagnosticToWire } from '../../../../provider/framework/diagnostics/diagnostic.ts';

describe('a diagnostic', () => {
  it('has no control character of a server or an endpoint, but its own lines', () => {
    const hostile = 'a\u001b[2Jb\u009bc\u202ed\re';
    const { summary, detail } = diagnosticToWire({
      severity: 'error',
      summary: hostile,
      detail: `first\nsecond ${hostile}`,
    });
    expect(summary).toBe('a\\u001b[2Jb\\u009bc\\u202ed\\u000de');
    expect(detail).toBe(`first\nsecond ${summary}`);
  });
});
