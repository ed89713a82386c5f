/** One step of a rotation, or the removal of an old secret, without any secret. */
export interface AuditedRotation {
  /** `team/name`. */
  readonly credential: string;
  /** Name of the recipe. */
  readonly recipe: string;
  /** `remove`: an old secret is removed because its overlap is over. */
  readonly step: 'create' | 'set' | 'test' | 'finish' | 'remove';
  /** Id of the new version of the secret in Secrets Manager; for `remove`, of the current version. */
  readonly secretVersion: string;
}
