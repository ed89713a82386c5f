/** A third-party program that the function is tested with, in a folder of interop/. */
export interface InstallRow {
  /** Name and exact version. */
  readonly name: string;
  isInstalled(): boolean;
  /** What this machine lacks for the installation; empty if nothing. */
  missing(): readonly string[];
  /**
   * Installs the program, also after an interrupted installation.
   *
   * @throws Error if a command fails
   */
  install(): Promise<void>;
}
