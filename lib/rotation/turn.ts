import type { DocumentOptions } from '../credential/document.ts';
import type { CredentialId } from '../credential/id.ts';
import type { Grants } from '../grant/grants.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadline } from '../time/deadline.ts';
import type { RecipePorts } from './recipe-run.ts';
import type { Recipe } from './recipe-schema.ts';
import type { RotationSecrets } from './rotation-secrets.ts';

export interface StepPorts extends RecipePorts {
  readonly secrets: RotationSecrets;
  readonly grants: Pick<Grants, 'obtain' | 'revoke'>;
  readonly clock: Clock;
  readonly reading: DocumentOptions;
}

/** A token that a step obtained: by fingerprint. */
export interface UsedToken {
  /** `team/name` of its credential. */
  readonly credential: string;
  /** SHA-256 (hex). */
  readonly sha256: string;
}

/** One step of one rotation. */
export interface Turn {
  readonly id: CredentialId;
  /** ARN of the secret. */
  readonly secret: string;
  /** Of the secret, in AWS. */
  readonly region: string;
  /** Id of the new version. */
  readonly versionId: string;
  readonly recipe: Recipe;
  readonly deadline: Deadline;
  /** The tokens that the step obtained so far. */
  readonly tokens: UsedToken[];
}
