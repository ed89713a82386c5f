import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TokenOptions } from '../client/token-client.ts';

/** What `token` and `exec` take to ask for a token. */
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
    new Option(flags, description).argParser(collect).default([], 'that of the credential');
  return command
    .addOption(list('--scope <scope>', 'scope to ask for; repeatable, or several in quotes'))
    .addOption(list('--audience <audience>', 'audience to ask for; repeatable'))
    .addOption(list('--resource <uri>', 'resource to ask for (RFC 8707); repeatable'))
    .option(
      '--min-ttl <duration>',
      'how long the token must still live: 900, 15m, 1h (default: 60)',
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

const SECONDS = { s: 1, m: 60, h: 3600 };

/** Seconds of a duration such as `900`, `90s`, `15m` or `1h`. */
export function parseDuration(text: string): number {
  const [, amount, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(text) ?? [];
  if (amount === undefined)
    throw new InvalidArgumentError('It must be a duration such as 900, 90s, 15m or 1h.');
  return Number(amount) * SECONDS[unit as keyof typeof SECONDS];
}
