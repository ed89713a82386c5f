import type { StageTimes } from '../time/stage-times.ts';
import type { Credential } from './source.ts';

/** The endpoint to which a secret is presented. */
export type ClientEndpoint = 'token' | 'revocation' | 'introspection';

/** The request that presents a secret. */
export interface Presenter {
  readonly signal: AbortSignal;
  /** Measures the stage `secret`. */
  readonly times: Pick<StageTimes, 'time'>;
  /** Throws if this version of the credential may not be used, for example if it is disabled. */
  readonly admit: (credential: Credential) => void;
}
