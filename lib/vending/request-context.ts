import type { Caller } from '../access/caller.ts';
import type { HttpRequest } from '../http/messages.ts';
import type { Deadline } from '../time/deadline.ts';
import type { StageTimes } from '../time/stage-times.ts';

/** One request whose caller is known. */
export interface RequestContext {
  readonly http: HttpRequest;
  readonly caller: Caller;
  readonly times: StageTimes;
  /** Aborts if the request times out, or if its caller has left. */
  readonly signal: AbortSignal;
  readonly deadline: Pick<Deadline, 'remaining'>;
}
