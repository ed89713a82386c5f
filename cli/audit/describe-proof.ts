import type { VerifiedLog } from './verify-log.ts';

const CONSISTENT =
  'Every chain is consistent up to its last record. Every token request and every change of a credential was logged before it was made; every issued token has a record.';
const MOST_TIMES = 10;

/**
 * What is proven of a log without a break, in lines: up to which anchor, and nothing beyond.
 *
 * @param chains number of chains of the log
 */
export function describeProof(anchored: VerifiedLog['anchored'], chains: number): string[] {
  if (anchored === undefined)
    return [
      CONSISTENT,
      'not anchored: whoever can replace objects of the log could have written every chain again. `--public-key` proves more: docs/audit.md.',
    ];
  const proven = Object.values(anchored.proven);
  const byTime = new Map<number, number>();
  for (const { time } of proven) byTime.set(time, (byTime.get(time) ?? 0) + 1);
  const times = [...byTime].sort(([a], [b]) => b - a);
  const listed = times.slice(0, MOST_TIMES);
  const others = times.slice(MOST_TIMES).reduce((sum, [, number]) => sum + number, 0);
  const without = chains - proven.length;
  return [
    CONSISTENT,
    `anchored: ${anchored.anchors} signed ${anchored.anchors === 1 ? 'anchor' : 'anchors'}, the last of ${iso(anchored.last as number)}. Up to its anchor, each chain is whole and unaltered:`,
    ...listed.map(([time, number]) => `  anchor of ${iso(time)}  ${plural(number)}`),
    ...(others === 0 ? [] : [`  earlier anchors            ${plural(others)}`]),
    ...(without === 0 ? [] : [`  not anchored               ${plural(without)}`]),
  ];
}

function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}/, '');
}

function plural(number: number): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? 'chain' : 'chains'}`;
}
