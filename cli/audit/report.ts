import type { StoredRecord } from './record-source.ts';
import { ReportFigures } from './report-figures.ts';
import { renderReport } from './report-page.ts';
import { type VerifiedLog, verifyLog, type Watchers } from './verify-log.ts';

/**
 * Verifies a log and makes one self-contained HTML page of it: no script, nothing from the network.
 *
 * @param location as the page shall name the log
 * @param made when the page was made
 */
export async function writeReport(
  records: AsyncIterable<StoredRecord>,
  location: string,
  made: Date,
  { progress }: Pick<Watchers, 'progress'> = {},
): Promise<{ html: string; log: VerifiedLog }> {
  const figures = new ReportFigures();
  const log = await verifyLog(records, {
    visit: (record) => figures.add(record),
    ...(progress === undefined ? {} : { progress }),
  });
  return { html: renderReport({ figures, log, location, made }), log };
}
