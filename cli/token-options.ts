import { type Command, InvalidArgumentError, Option } from 'commander';
import { DURATION_RULE, findSeconds } from '../client/duration.ts';
import type { TokenOptions } from '../client/token-client.ts';

/** The flags of a token request, for `token` and `exec`. */
export interface TokenFlags {
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  readonly minTtl?: number;
}

export function addTokenFlags(command: Command): Command {
  const collect = (value: string, before: readonly string[]) => [
    ...before,
    ...value.split(/\s+/).filter(Boolean),
  ];
  const list = (flags: string, description: string) =>
    new Option(flags, description).argParser(collect).default([], 'from the credential');
  return command
    .addOption(list('--scope <scope>', 'scope to request; repeatable, or several in quotes'))
    .addOption(list('--audience <audience>', 'audience to request; repeatable'))
    .addOption(list('--resource <uri>', 'resource to request (RFC 8707); repeatable'))
    .option(
      '--min-ttl <duration>',
      'minimum remaining lifetime of the token: 900, 15m, 1h (default: any token that has not expired)',
      parseDuration,
    );
}

export function toTokenOptions(
  credential: string,
  flags: TokenFlags,
  signal: AbortSignal,
): TokenOptions {
  const { scope, audience, resource, minTtl } = flags;
  return { credential, scope, audience, resource, minTtl, signal };
}

/** Seconds of a duration such as `900`, `90s`, `15m` or `1h`. */
export function parseDuration(text: string): number {
  const seconds = findSeconds(text);
  if (seconds === undefined) throw new InvalidArgumentError(`It ${DURATION_RULE}.`);
  return seconds;
}
