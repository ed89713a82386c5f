import { describe, expect, it } from '@jest/globals';
import { TokenVendingError } from '../../../client/token-vending-error.ts';
import { errorTable } from '../../../lib/errors/error-table.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { DiagnosticError } from '../../../provider/framework/diagnostics/diagnostic-error.ts';
import { pathOf } from '../../../provider/framework/values/path.ts';
import { explainError, tokenAttributes } from '../../../provider/tokenvending/explain-error.ts';

const textOf = (error: unknown) => (error as DiagnosticError).texts[0];

describe('an error as a diagnostic', () => {
  it('has what happened, what to do, the code and the request id', () => {
    const error = new TokenVendingError('policy_denied', {
      says: 'No policy lets this caller have this credential.',
      advice: 'Ask team checkout.',
      requestId: 'r-7',
    });
    expect(textOf(explainError(error, 'No access token for a/b', tokenAttributes))).toEqual({
      summary: 'No access token for a/b: policy_denied',
      detail: expect.stringMatching(
        /^No policy lets .*\n\nAsk team checkout\.\n\nRequest id: r-7\. More: https:.*troubleshooting\.md#policy_denied$/,
      ),
      path: pathOf('credential'),
    });
  });

  it('shows no line of an attribute that the configuration does not set', () => {
    const error = new TokenVendingError('scope_refused', { says: 'No.', advice: '' });
    const given = new Set(['credential']);
    expect(textOf(explainError(error, 'x', tokenAttributes, given))).not.toHaveProperty('path');
  });

  it('advises in the terms of Terraform and not of the command line', () => {
    const error = new TokenVendingError('tls_failed');
    expect(textOf(explainError(error, 'x'))?.detail).toMatch(/ca_bundle in the block/);
  });

  it('explains errors of the core in the same way', () => {
    const explained = textOf(explainError(new VendError('credential_invalid'), 'x'));
    expect(explained?.detail).toContain(errorTable.credential_invalid.text);
  });

  it('returns other errors unchanged', () => {
    const bug = new TypeError('a bug');
    expect(explainError(bug, 'x')).toBe(bug);
    expect(explainError(new VendError('internal'), 'x')).toBeInstanceOf(DiagnosticError);
  });
});
