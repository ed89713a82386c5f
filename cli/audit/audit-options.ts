import type { GlobalOptions, Surroundings } from '../global-options.ts';
import type { RecordSourceOptions } from './record-source.ts';

/** Where and as whom an audit log is read. */
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
