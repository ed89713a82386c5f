/** One step of a rotation, without any secret. */
export interface AuditedRotation {
  /** `team/name`. */
  readonly credential: string;
  /** Name of the recipe. */
  readonly recipe: string;
  readonly step: 'create' | 'set' | 'test' | 'finish';
  /** Id of the new version of the secret in Secrets Manager. */
  readonly secretVersion: string;
}
