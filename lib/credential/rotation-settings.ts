import * as v from 'valibot';
import { CREDENTIAL_ID_RULE, findCredentialId } from './id.ts';

/** How the client secret or key of a credential is rotated: member `rotation` of its document. */
export interface RotationSettings {
  /** Name of a recipe: `keycloak`. */
  readonly recipe: string;
  /** `team/name` of the credential whose token is sent to the admin API of the server. */
  readonly admin_credential?: string | undefined;
  /** Values of the parameters of the recipe. */
  readonly parameters: Readonly<Record<string, string>>;
  /** `30d` or `12h`: the interval between rotations; without it, only an operator starts them. */
  readonly every?: string | undefined;
  /** `2d` or `1h`: how long an old secret works; without it, until the next rotation. */
  readonly overlap?: string | undefined;
}

const MEMBERS = ['recipe', 'admin_credential', 'parameters', 'every', 'overlap'];
const OBJECT_RULE =
  'must be an object with recipe, admin_credential, parameters, every and overlap';
const UNKNOWN_RULE = `must have no other members than ${MEMBERS.join(', ')}`;
const RECIPE_RULE = 'must have as recipe a name such as keycloak';
const ADMIN_RULE = `must have an admin_credential that ${CREDENTIAL_ID_RULE}`;
const PARAMETERS_RULE =
  'must have as parameters an object of at most 20 names, each with a string of 1 to 2048 characters';
// The limits of a rate in RotateSecret:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
const EVERY_RULE = 'must have every from 4h to 999d, in whole hours or days: 12h, 30d';
const OVERLAP_RULE = 'must have overlap from 1h to 999d, in whole hours or days: 1h, 2d';
const LONGEST_OVERLAP_RULE =
  'must have an overlap that is not longer than every: the next rotation removes the old secret';

const name = (rule: string) => v.pipe(v.string(rule), v.regex(/^[a-z][a-z0-9_]{0,62}$/, rule));
const value = v.pipe(v.string(PARAMETERS_RULE), v.regex(/^\P{Cc}{1,2048}$/u, PARAMETERS_RULE));

/** The schema of the member. A message continues a sentence that begins with `rotation`. */
export const rotationSchema = v.pipe(
  v.record(v.string(), v.unknown(), OBJECT_RULE),
  v.check((given) => Object.keys(given).every((key) => MEMBERS.includes(key)), UNKNOWN_RULE),
  v.object({
    // Without the default, the message of an absent recipe would be that `rotation` is missing.
    recipe: v.optional(name(RECIPE_RULE), ''),
    admin_credential: v.optional(
      v.pipe(
        v.string(ADMIN_RULE),
        v.check((text) => findCredentialId(text) !== undefined, ADMIN_RULE),
      ),
    ),
    parameters: v.optional(
      v.pipe(
        v.record(name(PARAMETERS_RULE), value, PARAMETERS_RULE),
        v.check((parameters) => Object.keys(parameters).length <= 20, PARAMETERS_RULE),
      ),
      {},
    ),
    every: v.optional(duration(4, EVERY_RULE)),
    overlap: v.optional(duration(1, OVERLAP_RULE)),
  }),
  v.check(
    ({ every, overlap }) =>
      every === undefined || overlap === undefined || hoursOf(overlap) <= hoursOf(every),
    LONGEST_OVERLAP_RULE,
  ),
);

function duration(leastHours: number, rule: string) {
  return v.pipe(
    v.string(rule),
    v.check((text) => hoursOf(text) >= leastHours && hoursOf(text) <= 999 * 24, rule),
  );
}

const HOURS = { h: 1, d: 24 } as const;

/** @returns `NaN` if the text is no duration */
function hoursOf(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  return Number(count) * HOURS[unit as keyof typeof HOURS];
}

/**
 * Milliseconds of an overlap.
 *
 * @param overlap a valid `rotation.overlap`
 */
export function millisecondsOf(overlap: string): number {
  return hoursOf(overlap) * 3_600_000;
}

/**
 * The schedule of `RotateSecret` (`RotationRules.ScheduleExpression`).
 *
 * @param every a valid `rotation.every`
 *
 * @example
 * ```ts
 * toScheduleExpression('30d'); // 'rate(30 days)'
 * ```
 */
export function toScheduleExpression(every: string): string {
  const hours = hoursOf(every);
  const [count, unit] = hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return `rate(${count} ${unit}${count === 1 ? '' : 's'})`;
}

/**
 * The schedule of a secret that is rotated on request only. `RotateSecret` without a schedule takes the
 * one that was set last, also after the rotation was cancelled. This one is the longest that it permits.
 */
export const ON_REQUEST_ONLY: string = toScheduleExpression('999d');

const STATE_RULE = 'must be as a rotation wrote it: remove it if the client secret was replaced';

/**
 * What a rotation must know of the one before: member `rotation_state`. It belongs to the secret
 * beside it, so it is kept and replaced with it.
 */
export const rotationStateSchema = v.strictObject(
  {
    /** SHA-256 (hex) of the client secret that the state describes. */
    secret_sha256: v.pipe(v.string(STATE_RULE), v.regex(/^[0-9a-f]{64}$/, STATE_RULE)),
    /** Id of that secret at the authorization server. */
    secret_id: v.optional(v.pipe(v.string(STATE_RULE), v.regex(/^\P{Cc}{1,512}$/u, STATE_RULE))),
    /** Id of the secret that it replaced and that the next rotation removes. */
    replaced_secret_id: v.optional(
      v.pipe(v.string(STATE_RULE), v.regex(/^\P{Cc}{1,512}$/u, STATE_RULE)),
    ),
  },
  STATE_RULE,
);

export type RotationState = v.InferOutput<typeof rotationStateSchema>;
