import { describe, expect, it } from '@jest/globals';
import type { Presenter } from '../../../lib/credential/presenter.ts';
import { SecretVersions } from '../../../lib/credential/secret-versions.ts';
import type { Credential } from '../../../lib/credential/source.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const version = (versionId: string) =>
  ({ id: { team: 'a', name: 'b' }, versionId, document: {} }) as Credential;
const [OLD, NEW] = [version('old'), version('new')];
const presenter: Presenter = {
  signal: new AbortController().signal,
  times: { time: async (_stage, work) => await work() },
  admit: () => undefined,
};
const refused = new VendError('credential_refused', {
  says: 'The token endpoint refused the credential.',
  advice: 'Ask Acme.',
  detail: 'token: status 401, invalid_client',
});

class World {
  readonly clock = new FakeClock();
  current = OLD;
  before: Credential | undefined;
  refusal = refused;
  rereadError: Error | undefined;
  /** Credentials that are expected to change. */
  readonly expected: string[] = [];
  readonly versions = new SecretVersions(
    {
      reread: async () => {
        if (this.rereadError !== undefined) throw this.rereadError;
        return this.current;
      },
      previous: async () => this.before,
      expectChange: (name) => void this.expected.push(name),
    },
    this.clock,
  );
  /** Versions that the server accepts. */
  taken = new Set(['old']);
  readonly presented: string[] = [];

  present = (atHand = OLD, endpoint: 'token' | 'revocation' = 'token') =>
    this.versions.present(atHand, endpoint, presenter, async ({ versionId }) => {
      this.presented.push(versionId);
      if (!this.taken.has(versionId)) throw this.refusal;
      return versionId;
    });
}

describe('versions of a secret', () => {
  it('start with the cached one', async () => {
    const world = new World();
    expect(await world.present()).toBe('old');
    expect(await world.versions.choose(OLD, 'token', presenter)).toBe(OLD);
  });

  it('continue with the one that is now current', async () => {
    const world = new World();
    world.current = NEW;
    world.taken = new Set(['new']);
    expect(await world.present()).toBe('new');
    expect(world.presented).toEqual(['old', 'new']);
  });

  it('end with the one that was current before', async () => {
    const world = new World();
    world.current = NEW;
    world.before = OLD;
    expect(await world.present(NEW)).toBe('old');
    expect(world.presented).toEqual(['new', 'old']);
  });

  it('are each presented once more if the server may have refused one, and none is locked', async () => {
    const doubt = new VendError('upstream_invalid', { mayBeRefusal: true });
    const world = new World();
    world.refusal = doubt;
    world.current = NEW;
    world.before = OLD;
    expect(await world.present(NEW)).toBe('old');
    expect(await world.present(NEW)).toBe('old');
    world.taken = new Set(['new']);
    expect(await world.present(OLD)).toBe('new');
    world.taken.clear();
    await expect(world.present(NEW)).rejects.toBe(doubt);
    await expect(world.present(OLD)).rejects.toBe(doubt);
    expect(world.presented.join(' ')).toBe('new old new old old new new old old new');
    world.before = undefined;
    world.current = OLD;
    await expect(world.present(OLD)).rejects.toBe(doubt);
    expect(await world.versions.choose(OLD, 'token', presenter)).toBe(OLD);
  });

  it('in doubt do not hide the error of the server, and skip a version that was refused', async () => {
    const world = new World();
    world.current = NEW;
    world.before = OLD;
    world.taken.clear();
    await expect(world.present(NEW)).rejects.toBe(refused);
    world.refusal = new VendError('upstream_invalid', { mayBeRefusal: true });
    world.clock.skip(29_000);
    await expect(world.present(version('newest'))).rejects.toBe(world.refusal);
    expect(world.presented).toEqual(['new', 'old', 'newest']);
    world.rereadError = new VendError('secrets_unavailable');
    await expect(world.present(version('newest'))).rejects.toBe(world.refusal);
    world.rereadError = undefined;
    world.clock.skip(31_000);
    const down = new VendError('upstream_unavailable');
    const failing = world.versions.present(version('x'), 'token', presenter, async (other) => {
      throw other.versionId === 'x' ? world.refusal : down;
    });
    await expect(failing).rejects.toBe(down);
  });

  it('are read again if the current one was replaced while it was read', async () => {
    const world = new World();
    world.taken = new Set(['new']);
    world.before = OLD;
    const readings = [OLD, NEW];
    Object.defineProperty(world, 'current', { get: () => readings.shift() });
    expect(await world.present()).toBe('new');
    expect(world.presented).toEqual(['old', 'new']);
  });

  it('are read again at once if the server refuses the one that it accepted', async () => {
    const world = new World();
    await world.present();
    expect(world.expected).toEqual([]);
    world.taken.clear();
    await expect(world.present()).rejects.toBe(refused);
    await expect(world.present()).rejects.toMatchObject({ code: 'credential_refused' });
    expect(world.expected).toEqual(['a/b']);
  });

  it('of a rotated document are tried again, once for each current version', async () => {
    const rotated = (versionId: string) =>
      ({ ...version(versionId), document: { rotation: {} } }) as Credential;
    const world = new World();
    world.current = rotated('new');
    world.before = rotated('old');
    // The server gets the new secret while the old one is on its way.
    world.taken = new Set();
    const present = world.versions.present(world.current, 'token', presenter, async (one) => {
      world.presented.push(one.versionId);
      if (one.versionId === 'old') world.taken.add('new');
      if (!world.taken.has(one.versionId)) throw refused;
      return one.versionId;
    });
    expect(await present).toBe('new');
    expect(world.presented).toEqual(['new', 'old', 'new']);
    world.taken = new Set();
    const refusing = world.present(world.current);
    await expect(world.clock.runUntilDone(refusing)).rejects.toBe(refused);
    expect(world.presented).toEqual(['new', 'old', 'new', 'new', 'old']);
    await expect(world.present(world.current, 'revocation')).rejects.toMatchObject({
      code: 'credential_refused',
    });
    world.current = rotated('newest');
    const again = world.present(world.current);
    await expect(world.clock.runUntilDone(again)).rejects.toBe(refused);
    expect(world.presented.slice(5)).toEqual(['newest', 'newest', 'old']);
  });

  it('are each presented once in 30 s if the server refuses all', async () => {
    const world = new World();
    world.taken.clear();
    await expect(world.present()).rejects.toBe(refused);
    await expect(world.present()).rejects.toMatchObject({
      message: 'The token endpoint refused the credential.',
      advice: 'Ask Acme.',
      detail: undefined,
      retryAfter: 30,
    });
    await expect(world.versions.choose(OLD, 'token', presenter)).rejects.toMatchObject({
      code: 'credential_refused',
    });
    world.clock.skip(30_000);
    await expect(world.present()).rejects.toBe(refused);
    expect(world.presented).toEqual(['old', 'old']);
  });

  it('block no token endpoint if the revocation endpoint refuses', async () => {
    const world = new World();
    world.taken.clear();
    await expect(world.present(OLD, 'revocation')).rejects.toBe(refused);
    expect(await world.versions.choose(OLD, 'token', presenter)).toBe(OLD);
    await expect(world.present(OLD, 'token')).rejects.toBe(refused);
    await expect(world.present(OLD, 'revocation')).rejects.toMatchObject({
      retryAfter: expect.any(Number),
    });
  });

  it('fail with the error of reading, or of admitting a version', async () => {
    const world = new World();
    world.taken.clear();
    const disabled = new VendError('credential_disabled');
    const strict = {
      ...presenter,
      admit: () => {
        throw disabled;
      },
    };
    const request = () => Promise.reject(refused);
    await expect(world.versions.present(OLD, 'token', strict, request)).rejects.toBe(disabled);
  });

  it('are not changed by any other error', async () => {
    const down = new VendError('upstream_unavailable');
    const request = () => Promise.reject(down);
    const { versions } = new World();
    await expect(versions.present(OLD, 'token', presenter, request)).rejects.toBe(down);
    await expect(
      versions.present(OLD, 'token', presenter, () => Promise.reject(new TypeError('bug'))),
    ).rejects.toThrow('bug');
  });

  describe('of a document that is rotated', () => {
    const rotated = (versionId: string) =>
      ({ ...version(versionId), document: { rotation: {} } }) as unknown as Credential;
    const unclear = new VendError('upstream_invalid', { mayBeRefusal: true });

    it.each([
      ['clearly', refused],
      ['unclearly', unclear],
    ])('are awaited if the server refuses all of them %s', async (_how, refusal) => {
      const world = new World();
      Object.assign(world, { current: rotated('old'), refusal });
      world.taken = new Set(['new']);
      const vending = world.present(rotated('old'));
      vending.catch(() => undefined);
      await world.clock.advance(500);
      world.current = rotated('new');
      await world.clock.advance(250);
      expect(await vending).toBe('new');
    });

    it('are not awaited by another endpoint than that of tokens', async () => {
      const world = new World();
      world.current = rotated('old');
      world.taken = new Set();
      await expect(world.present(rotated('old'), 'revocation')).rejects.toBe(refused);
    });

    it('are refused if no other version comes', async () => {
      const world = new World();
      world.current = rotated('old');
      world.taken = new Set();
      const vending = world.present(rotated('old'));
      await expect(world.clock.runUntilDone(vending)).rejects.toBe(refused);
      const { length } = world.presented;
      const { code, message } = refused;
      await expect(world.present(rotated('old'))).rejects.toMatchObject({ code, message });
      expect(world.presented).toHaveLength(length);
    });
  });
});
