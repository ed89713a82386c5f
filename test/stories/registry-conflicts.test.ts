import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DOCUMENT } from '../support/fake-ports.ts';
import { MemorySecrets } from '../support/memory-secrets.ts';
import {
  NAME,
  PATH,
  type RegistryResponse,
  RegistryWorld,
  type Sent,
} from '../support/registry-world.ts';

type Operator = readonly [method: string, sent: Sent];

/** Two registries on the same secrets, as two instances of the function are. */
function openTwo(): readonly [RegistryWorld, RegistryWorld] {
  const secrets = new MemorySecrets();
  return [
    new RegistryWorld({}, { secrets, number: 1 }),
    new RegistryWorld({}, { secrets, number: 2 }),
  ];
}

/** Serves a request of each operator, with the calls of Secrets Manager in the order of the scheduler. */
async function race(
  scheduler: fc.Scheduler,
  [first, second]: readonly [RegistryWorld, RegistryWorld],
  [one, other]: readonly [Operator, Operator],
): Promise<readonly [RegistryResponse, RegistryResponse]> {
  first.secrets.turn = async (operation) => {
    await scheduler.schedule(Promise.resolve(), operation);
  };
  const responses = Promise.all([
    first.start(one[0], PATH, one[1]),
    second.start(other[0], PATH, other[1]),
  ]);
  return await scheduler.waitFor(responses);
}

const recordsOf = ({ audit }: RegistryWorld) =>
  audit.events.filter(({ kind }) => kind === 'registration').length;

const changeOf = (scope: string): fc.Arbitrary<Operator> =>
  fc.constantFrom<Operator>(
    ['PATCH', { body: { implicit_scope: scope }, query: 'test=skip' }],
    ['PATCH', { body: { implicit_scope: scope } }],
    ['PUT', { body: { ...DOCUMENT, implicit_scope: scope } }],
  );

const matching = ([method, sent]: Operator, etag: string): Operator => [
  method,
  { ...sent, headers: { 'if-match': etag } },
];

describe('two operators who change one credential at once', () => {
  it('both end: one wins, the other is told, and nothing is lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        changeOf('one'),
        changeOf('two'),
        fc.boolean(),
        async (scheduler, one, other, any) => {
          const worlds = openTwo();
          const { headers } = await worlds[0].register();
          const etag = any ? '*' : String(headers['etag']);
          const responses = await race(scheduler, worlds, [
            matching(one, etag),
            matching(other, etag),
          ]);
          const [world] = worlds;
          const won = responses.map(({ status }) => status === 200);
          const current = world.stored();
          // With `*`, the second may have read what the first wrote. Then both win, one after the other.
          if (won[0] && won[1]) {
            expect(any).toBe(true);
            const scopes = [current, world.stored('AWSPREVIOUS')].map(
              (all) => all?.['implicit_scope'],
            );
            expect(scopes.sort()).toEqual(['one', 'two']);
            return;
          }
          expect(responses.map(({ status }) => status).sort()).toEqual([200, 412]);
          expect(current).toEqual({ ...DOCUMENT, implicit_scope: won[0] ? 'one' : 'two' });
          expect(world.stored('AWSPREVIOUS')).toEqual(DOCUMENT);
          expect(worlds.map(recordsOf)).toEqual(won.map((isWinner) => (isWinner ? 1 : 0)));
          expect(responses[won[0] ? 0 : 1].json['version_id']).toBe(
            world.secrets.find(NAME)?.versions.find(({ stages }) => stages.includes('AWSCURRENT'))
              ?.id,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('register it: one wins, and the other is told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const worlds = openTwo();
        const register = (scope: string): Operator => [
          'PUT',
          { body: { ...DOCUMENT, implicit_scope: scope }, headers: { 'if-none-match': '*' } },
        ];
        const responses = await race(scheduler, worlds, [register('one'), register('two')]);
        expect(responses.map(({ status }) => status).sort()).toEqual([201, 412]);
        const winner = responses[0].status === 201 ? 'one' : 'two';
        expect(worlds[0].stored()).toEqual({ ...DOCUMENT, implicit_scope: winner });
        expect(worlds[0].stored('AWSPREVIOUS')).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('change and delete it: a deleted credential has one of the two documents', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), changeOf('one'), async (scheduler, change) => {
        const worlds = openTwo();
        const { headers } = await worlds[0].register();
        const etag = String(headers['etag']);
        const responses = await race(scheduler, worlds, [
          matching(change, etag),
          matching(['DELETE', {}], etag),
        ]);
        const changed = responses[0].status === 200;
        expect([200, 412]).toContain(responses[1].status);
        expect(worlds[0].secrets.find(NAME)?.deletedAt !== undefined).toBe(
          responses[1].status === 200,
        );
        const scope = worlds[0].stored()?.['implicit_scope'];
        expect(scope).toBe(changed ? 'one' : undefined);
      }),
      { numRuns: 200 },
    );
  });
});
