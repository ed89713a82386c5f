import { describe, expect, it } from '@jest/globals';
import {
  type FollowedStep,
  followRotation,
  type RotationStep,
} from '../../../cli/credentials/follow-rotation.ts';
import type { RegisteredCredential } from '../../../lib/http/registry-wire.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const NAME = 'checkout/orders-api';
const NEW = 'v2';

type State = Pick<RegisteredCredential, 'version_id' | 'versions'> & {
  readonly last?: RotationStep | undefined;
};

const step = (name: RotationStep['step'], more: Partial<RotationStep> = {}): RotationStep => ({
  outcome: 'done',
  step: name,
  version_id: NEW,
  at: 1,
  ...more,
});
const pending = (last?: RotationStep): State => ({
  version_id: 'v1',
  versions: [{ version_id: NEW, stages: ['AWSPENDING'] }],
  last,
});
const current = (last?: RotationStep): State => ({
  version_id: NEW,
  versions: [{ version_id: NEW, stages: ['AWSCURRENT'] }],
  last,
});

/** Follows a rotation that has these states, one at each read; the last one stays. */
async function follow(states: readonly State[], wait = 60_000, before?: RotationStep) {
  const clock = new FakeClock();
  const steps: string[] = [];
  const started = clock.now();
  let reads = 0;
  const describeIt = async (): Promise<RegisteredCredential> => {
    const { last, ...state } = states[Math.min(reads++, states.length - 1)] as State;
    const rotation = { enabled: true, last };
    return {
      credential: NAME,
      status: 'enabled',
      document: {},
      secret_members: [],
      ...state,
      rotation,
    };
  };
  const onStep = ({ step: name, outcome }: FollowedStep) => void steps.push(`${name} ${outcome}`);
  const followed = { credential: NAME, versionId: NEW, before, wait, onStep };
  const { signal } = new AbortController();
  const following = followRotation({ describe: describeIt }, followed, clock, signal);
  const end = await clock.runUntilDone(following);
  return { end, steps, reads, seconds: (clock.now() - started) / 1000 };
}

describe('following a rotation', () => {
  it('shows each step once, and ends with the last one', async () => {
    const states = ['create', 'create', 'set', 'test'] as const;
    const seen = states.map((name) => pending(step(name)));
    const { end, steps, seconds } = await follow([pending(), ...seen, current(step('finish'))]);
    expect(end).toEqual({ outcome: 'rotated' });
    expect(steps).toEqual(['create done', 'set done', 'test done', 'finish done']);
    expect(seconds).toBe(10);
  });

  it('reads once if the rotation has ended already, and shows every step', async () => {
    const { steps, ...rest } = await follow([current(step('finish'))]);
    expect(rest).toMatchObject({ reads: 1, seconds: 0 });
    expect(steps).toEqual(['create done', 'set done', 'test done', 'finish done']);
  });

  it('shows the steps before the one that failed', async () => {
    const { steps } = await follow([pending(step('test', { outcome: 'failed' }))]);
    expect(steps).toEqual(['create done', 'set done', 'test failed']);
  });

  it('ends with the step that failed', async () => {
    const failed = step('test', { outcome: 'failed', code: 'credential_refused' });
    const { end } = await follow([pending(step('set')), pending(failed)]);
    expect(end).toEqual({ outcome: 'failed', step: failed });
  });

  it('takes no step of an earlier attempt for one of its own', async () => {
    const failed = step('set', { outcome: 'failed', at: 1 });
    const states = [pending(failed), pending(step('set', { at: 2 })), current(step('finish'))];
    const { end, steps } = await follow(states, 60_000, failed);
    expect(end).toEqual({ outcome: 'rotated' });
    expect(steps).toEqual(['create done', 'set done', 'test done', 'finish done']);
  });

  it('takes no step of an earlier rotation for its own', async () => {
    const earlier = step('finish', { version_id: 'v0' });
    const failed = step('set', { version_id: 'v0', outcome: 'failed' });
    const { end, steps } = await follow([pending(earlier), pending(failed)], 4_000);
    expect([end, steps]).toEqual([{ outcome: 'pending' }, []]);
  });

  it('waits for the last step of a version that is current already', async () => {
    const { reads } = await follow([current(step('set')), current(step('finish'))]);
    expect(reads).toBe(2);
  });

  it('ends without steps if the function could not write them', async () => {
    const rotating = { ...current(), versions: [{ version_id: NEW, stages: ['AWSPENDING'] }] };
    const { end, reads } = await follow([pending(), rotating, current()]);
    expect([end, reads]).toEqual([{ outcome: 'rotated' }, 3]);
  });

  it('does not wait longer than it may', async () => {
    const { end, seconds } = await follow([pending()], 5_000);
    expect([end, seconds]).toEqual([{ outcome: 'pending' }, 4]);
  });
});
