import { clientErrorTable } from '../../client/token-vending-error.ts';
import { errorTable } from '../../lib/errors/error-table.ts';
import { directAdvices, tokenAdvices } from '../../provider/hiiretail/explain-failure.ts';
import { hiiRetailErrorTable } from '../../provider/hiiretail/hiiretail-error.ts';
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

/** The same for provider `hiiretail`: failures of the API, then those of tokens in both modes. */
export function describeHiiRetailFailures(): string {
  const ofApi = Object.entries(hiiRetailErrorTable).map(([code, row]) => entryOf(code, row));
  const ofTokens = Object.entries({ ...clientErrorTable, ...errorTable }).map(
    ([code, { text, advice }]) => {
      const vended = tokenAdvices[code] ?? advice;
      const direct = directAdvices[code];
      const both =
        direct === undefined ? vended : `Vended: ${vended}\n\nDirect: ${direct}`.trimEnd();
      return entryOf(code, { text, advice: both });
    },
  );
  return `---
page_title: "Failures by code - hiiretail"
---

# Failures by code

A diagnostic of this provider ends with a code. Below is what each means and what to do.

## The IAM API

${ofApi.join('\n\n')}

## Access tokens

With the block \`token_vending\` these are the codes of the endpoint ([more on each](../../troubleshooting.md)), with \`client_id\`
those of the authorization server.

${ofTokens.join('\n\n')}
`;
}

function entryOf(code: string, { text, advice }: { text: string; advice: string }): string {
  return `### ${code}\n\n${text}\n\n${advice}`.trimEnd();
}
