import { describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '../../../lib/errors/error-table.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { type Stage, StageTimes, timesOf } from '../../../lib/time/stage-times.ts';

describe('times of the stages of a request', () => {
  it('add up for a stage, also if it fails, and include the total', async () => {
    let now = 0;
    const times = new StageTimes(() => now);
    const work = (milliseconds: number) => () => {
      now += milliseconds;
    };
    await times.time('policy', work(1.25));
    await times.time('audit', work(10));
    await times.time('audit', work(5));
    const failing = () => {
      now += 2;
      throw new Error('down');
    };
    await expect(times.time('token', failing)).rejects.toThrow('down');
    now += 1;
    expect(times.toJSON()).toEqual({ policy: 1.3, audit: 15, token: 2, total: 19.3 });
    expect(times.toServerTiming()).toBe(
      'policy;dur=1.3, audit;dur=15.0, token;dur=2.0, total;dur=19.3',
    );
  });

  const failingIn = async (times: Pick<StageTimes, 'time'>, stage: Stage, error: unknown) => {
    await times
      .time('audit', () =>
        times.time(stage, () => {
          throw error;
        }),
      )
      .catch(() => undefined);
    return error;
  };

  it.each<[stage: Stage, code: ErrorCode, named: string]>([
    ['token', 'upstream_invalid', 'token'],
    ['verify', 'token_unacceptable', 'verify'],
    ['verify', 'upstream_unavailable', 'keys'],
  ])('name the innermost stage %s in its error %s: %s', async (stage, code, named) => {
    const error = await failingIn(new StageTimes(() => 0), stage, new VendError(code));
    expect(error).toMatchObject({ stage: named });
  });

  it('name no stage in an error of others', async () => {
    const error = await failingIn(new StageTimes(() => 0), 'token', new Error('down'));
    expect(error).not.toHaveProperty('stage');
  });

  it('are those of a revocation or an introspection instead of the token request', async () => {
    const times = new StageTimes(() => 0);
    const error = new VendError('upstream_invalid');
    await failingIn(timesOf(times, 'revocation'), 'token', error);
    await timesOf(times, 'introspection').time('metadata', () => undefined);
    expect(error.stage).toBe('revocation');
    expect(Object.keys(times.toJSON())).toEqual(['revocation', 'audit', 'metadata', 'total']);
  });
});
