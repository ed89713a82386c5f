import type { DoctorSystem, Environment } from './doctor-system.ts';

/** A fault, and what `doctor` says of it. */
export interface DoctorFault {
  readonly name: string;
  /** The check that must fail first. */
  readonly first: string;
  readonly remedy: RegExp;
  readonly line?: string;
  readonly caller?: string;
  /** Causes the fault, and returns the environment that it needs. */
  readonly seed?: (room: DoctorSystem) => Promise<Environment> | Environment;
}
