import { clientErrorTable } from '../../client/token-vending-error.ts';
import { errorTable } from '../../lib/vend-error.ts';
import { terraformAdvices } from '../../provider/tokenvending/failure.ts';

/** The page of every failure by its code, with the text that a run shows. */
export function describeFailures(): string {
  const rows = Object.entries({ ...clientErrorTable, ...errorTable }).map(
    ([code, { text, advice }]) =>
      `### ${code}\n\n${text}\n\n${terraformAdvices[code] ?? advice}`.trimEnd(),
  );
  return `---
page_title: "Failures by code - tokenvending"
---

# Failures by code

A diagnostic of this provider ends with a code, the same that the command line and the audit log use. Below is what a run shows for
each; the endpoint may say it more precisely, and shows what the deciding policy advises. [More on each](../troubleshooting.md).

${rows.join('\n\n')}
`;
}
