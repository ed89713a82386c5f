import type { DiagnosticText } from '../../provider/framework/diagnostics/diagnostic.ts';
import type { Connection } from '../../provider/hiiretail/connection.ts';
import type { IamApi } from '../../provider/hiiretail/iam-api.ts';
import { FakeClock } from './fake-clock.ts';

export type FakeApi = Partial<Record<keyof IamApi, (...input: never[]) => Promise<unknown>>>;

/**
 * One operation of a resource of provider `hiiretail`, against an API of which only the given routes answer, with waits that take no
 * time. It answers what the operation throws as well.
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
