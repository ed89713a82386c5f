/** A third-party program that the function is tested with. */
export interface InstallRow {
  /** Name and exact version. */
  readonly name: string;
  isInstalled(): boolean;
  /** What this machine lacks to install it; empty where nothing is missing. */
  missing(): readonly string[];
  /**
   * Installs it from scratch, whatever an interrupted installation left.
   *
   * @throws Error where a command of it fails
   */
  install(): void;
}
