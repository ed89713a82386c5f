import { TokenClient } from '../client/token-client.ts';
import { openUi, type Ui } from './ui.ts';

/** Options that every command takes, flags before environment. */
export interface GlobalOptions {
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly json?: boolean;
  readonly color: boolean;
  readonly quiet?: boolean;
}

/** What a command is given of the world. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
}

export function uiFor(
  { color, quiet = false }: GlobalOptions,
  { environment, stdout, stderr }: Surroundings,
): Ui {
  return openUi({ stdout, stderr, quiet, color: color && !environment['NO_COLOR'] });
}

/**
 * @throws TokenVendingError `endpoint_invalid`, `region_unknown`
 */
export function clientFor(options: GlobalOptions, { environment }: Surroundings): TokenClient {
  return new TokenClient({
    endpoint: options.endpoint ?? environment['TOKEN_VENDING_ENDPOINT'],
    region:
      options.region ??
      environment['TOKEN_VENDING_REGION'] ??
      environment['AWS_REGION'] ??
      environment['AWS_DEFAULT_REGION'],
    profile: options.profile ?? environment['TOKEN_VENDING_PROFILE'],
    ...(options.timeout === undefined ? {} : { timeout: options.timeout * 1000 }),
  });
}
