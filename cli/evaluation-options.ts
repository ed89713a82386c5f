import { type Command, InvalidArgumentError, Option } from 'commander';
import { ACCESS_ACTIONS, type AccessAction } from '../lib/access/policy.ts';
import { findInstant, INSTANT_RULE } from '../lib/time/instant.ts';
import { addTokenFlags, type TokenFlags } from './token-options.ts';

/** The flags of an access evaluation besides those of a token request. */
export interface EvaluationFlags extends TokenFlags {
  readonly action: AccessAction;
  readonly sourceIp?: string;
  /** Milliseconds since the Unix epoch. */
  readonly time?: number;
}

export function addEvaluationFlags(command: Command): Command {
  return addTokenFlags(command)
    .addOption(
      new Option('--action <action>', 'action to evaluate')
        .choices(ACCESS_ACTIONS)
        .default('vendToken'),
    )
    .option('--source-ip <address>', 'evaluate as if the request came from this address')
    .option('--time <time>', 'evaluate as at this time, such as 2026-01-31T12:00:00Z', parseTime);
}

function parseTime(text: string): number {
  const time = findInstant(text);
  if (time === undefined) throw new InvalidArgumentError(`It ${INSTANT_RULE}.`);
  return time;
}
