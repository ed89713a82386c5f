import { describe, expect, it } from '@jest/globals';
import { makeLog } from '../../../../provider/framework/process/log.ts';

function logged(environment: Record<string, string>): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = makeLog({
    module: 'sample',
    environment,
    write: (line) => lines.push(line),
    now: () => new Date('2026-03-01T12:00:00.123Z'),
  });
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
    log[level](`about ${level}`, { count: 1, '@level': 7, '@message': {} });
  }
  for (const line of lines) expect(line.endsWith('\n')).toBe(true);
  return lines.map((line) => JSON.parse(line));
}

describe('the log', () => {
  it('writes strings, without which Terraform panics, and a timestamp with six digits', () => {
    expect(logged({ TF_LOG: 'error' })).toEqual([
      {
        '@level': 'error',
        '@message': 'about error',
        '@module': 'sample',
        '@timestamp': '2026-03-01T12:00:00.123000Z',
        count: 1,
      },
    ]);
  });

  it.each([
    [{}, 0],
    [{ TF_LOG: 'OFF' }, 0],
    [{ TF_LOG: 'WARN' }, 2],
    [{ TF_LOG: 'trace' }, 5],
    [{ TF_LOG: 'JSON' }, 5],
    [{ TF_LOG: 'trace', TF_LOG_PROVIDER: 'error' }, 1],
    [{ TF_LOG_PROVIDER: 'debug' }, 4],
  ])('has the level that %j sets', (environment, lines) => {
    expect(logged(environment as Record<string, string>)).toHaveLength(lines);
  });
});
