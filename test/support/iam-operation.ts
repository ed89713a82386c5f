import type { DiagnosticText } from '../../provider/framework/diagnostics/diagnostic.ts';
import type { Connection } from '../../provider/hiiretail/connection.ts';
import type { IamApi } from '../../provider/hiiretail/iam-api.ts';
import { FakeClock } from './fake-clock.ts';

export type FakeApi = Partial<Record<keyof IamApi, (...input: never[]) => Promise<unknown>>>;

/**
 * Runs one operation of a resource of provider `hiiretail`, with an API that has only the given
 * routes, and without waiting for the clock.
 *
 * `done` resolves also if the operation throws, with the error.
 */
export function operate<R>(
  api: FakeApi,
  work: (request: R) => Promise<unknown>,
  values: object,
  stop = new AbortController(),
) {
  const clock = new FakeClock();
  const warnings: DiagnosticText[] = [];
  const client = { tenantId: 'T1', clock, api: () => api } as unknown as Connection;
  const request = {
    client,
    signal: stop.signal,
    warn: (text: DiagnosticText) => warnings.push(text),
    ...values,
  };
  const begin = clock.now();
  const done = clock.runUntilDone(work(request as R)).catch((error: unknown) => error);
  return { done, warnings, seconds: () => (clock.now() - begin) / 1000 };
}
