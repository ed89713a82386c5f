import type { GlobalOptions, Surroundings } from '../global-options.ts';
import type { RecordSourceOptions } from './record-source.ts';

/** The options that say where an audit log is and which identity reads it. */
export function sourceOptions(
  { region, profile }: GlobalOptions,
  { environment, signal }: Surroundings,
): RecordSourceOptions {
  return {
    region: region ?? environment['AWS_REGION'],
    profile,
    pathStyle: environment['TOKEN_VENDING_LOCAL'] === 'true',
    signal,
  };
}
