import { describe, expect, it } from '@jest/globals';
import { Issuance, type Period } from '../../../cli/audit/issuance.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 31);
const LATEST = Date.UTC(9999, 11, 31);

const sumOf = (periods: readonly Period[]) =>
  periods
    .flatMap(({ vendsByTeam }) => [...vendsByTeam.values()])
    .reduce((sum, number) => sum + number, 0);

describe('issued tokens over time', () => {
  it('are counted by team and hour, with empty hours, and by day beyond three days', () => {
    const issuance = new Issuance();
    expect(issuance.periods()).toEqual([]);
    for (const [time, team] of [
      [START, 'a'],
      [START + 1, 'b'],
      [START + 2 * HOUR, 'a'],
    ] as const)
      issuance.add(time, team);
    expect(issuance.periods()).toEqual([
      {
        start: START,
        vendsByTeam: new Map([
          ['a', 1],
          ['b', 1],
        ]),
      },
      { start: START + HOUR, vendsByTeam: new Map() },
      { start: START + 2 * HOUR, vendsByTeam: new Map([['a', 1]]) },
    ]);
    issuance.add(START + 4 * DAY, 'a');
    const days = issuance.periods();
    expect([days.length, days[1]?.start, sumOf(days)]).toEqual([5, START + DAY, 4]);
  });

  it('are at most 367 bars, whatever the times in a log', () => {
    const issuance = new Issuance();
    for (const time of [0, START, START + DAY, LATEST]) issuance.add(time, 'a');
    const bars = issuance.periods();
    expect([bars.length <= 367, sumOf(bars)]).toEqual([true, 4]);
  });

  it('lose no token if a hostile log has a time of its own in each record', () => {
    const issuance = new Issuance();
    for (let number = 0; number < 120_000; number += 1)
      issuance.add(Math.floor((number / 120_000) * LATEST), `team-${number % 7}`);
    const bars = issuance.periods();
    expect([bars.length <= 367, sumOf(bars)]).toEqual([true, 120_000]);
  });
});
