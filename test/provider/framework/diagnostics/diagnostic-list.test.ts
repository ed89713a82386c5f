import { describe, expect, it } from '@jest/globals';
import { DiagnosticList } from '../../../../provider/framework/diagnostics/diagnostic-list.ts';
import { Fault } from '../../../../provider/framework/diagnostics/fault.ts';

function summariesOf(failure: unknown, signal = new AbortController().signal) {
  const logged: string[] = [];
  const log = { error: (text: string) => logged.push(text) };
  const diagnostics = new DiagnosticList(log as never);
  diagnostics.addFailure(failure, signal);
  return { logged, summaries: diagnostics.toWire().map(({ summary }) => summary) };
}

describe('the diagnostics of a fault', () => {
  it('are its problems', () => {
    const fault = new Fault({ summary: 'No such thing', detail: 'Name another.' });
    expect(summariesOf(fault).summaries).toEqual(['No such thing']);
  });

  it('are those of its cause where it only keeps the state: a bug is still reported as one, with its frames', () => {
    const fault = new Fault([], { cause: new TypeError('secret'), state: { id: 'x' } });
    const { summaries, logged } = summariesOf(fault);
    expect(summaries).toEqual(['The provider failed unexpectedly']);
    expect(logged).toContain('unexpected failure');
    expect(summariesOf(fault, AbortSignal.abort()).summaries).toEqual(['Interrupted']);
  });
});
