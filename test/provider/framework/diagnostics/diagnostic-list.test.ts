import { describe, expect, it } from '@jest/globals';
import { DiagnosticError } from '../../../../provider/framework/diagnostics/diagnostic-error.ts';
import { DiagnosticList } from '../../../../provider/framework/diagnostics/diagnostic-list.ts';

function summariesOf(error: unknown, signal = new AbortController().signal) {
  const logged: string[] = [];
  const log = { error: (text: string) => logged.push(text) };
  const diagnostics = new DiagnosticList(log as never);
  diagnostics.addError(error, signal);
  return { logged, summaries: diagnostics.toWire().map(({ summary }) => summary) };
}

describe('the diagnostics of an error', () => {
  it('are its texts', () => {
    const error = new DiagnosticError({ summary: 'No such thing', detail: 'Name another.' });
    expect(summariesOf(error).summaries).toEqual(['No such thing']);
  });

  it('are those of its cause if it only carries the state: a bug is reported as one, with its frames', () => {
    const error = new DiagnosticError([], { cause: new TypeError('secret'), state: { id: 'x' } });
    const { summaries, logged } = summariesOf(error);
    expect(summaries).toEqual(['The provider failed unexpectedly']);
    expect(logged).toContain('unexpected failure');
    expect(summariesOf(error, AbortSignal.abort()).summaries).toEqual(['Interrupted']);
  });
});
