import type { StoredObject } from './record-source.ts';
import { ReportFigures } from './report-figures.ts';
import { renderReport } from './report-page.ts';
import { type VerifiedLog, verifyLog, type Watchers } from './verify-log.ts';

/**
 * Verifies a log and makes one self-contained HTML page of it: no script, nothing from the network.
 *
 * @param location name of the log on the page
 * @param made when the page was made
 */
export async function writeReport(
  objects: AsyncIterable<StoredObject>,
  location: string,
  made: Date,
  watchers: Omit<Watchers, 'visit'> = {},
): Promise<{ html: string; log: VerifiedLog }> {
  const figures = new ReportFigures();
  const log = await verifyLog(objects, {
    ...watchers,
    visit: (record) => figures.add(record),
  });
  return { html: renderReport({ figures, log, location, made }), log };
}
