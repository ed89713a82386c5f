import { clientErrorTable } from '../../client/token-vending-error.ts';
import { errorTable } from '../../lib/errors/error-table.ts';
import { directAdvices, tokenAdvices } from '../../provider/hiiretail/explain-error.ts';
import { hiiRetailErrorTable } from '../../provider/hiiretail/hiiretail-error.ts';
import { terraformAdvices } from '../../provider/tokenvending/explain-error.ts';

/** The page of every error by its code, with the text that a run shows. */
export function describeErrors(): string {
  const rows = Object.entries({ ...clientErrorTable, ...errorTable }).map(
    ([code, { text, advice }]) =>
      `### ${code}\n\n${text}\n\n${terraformAdvices[code] ?? advice}`.trimEnd(),
  );
  return `---
page_title: "Errors by code - tokenvending"
---

# Errors by code

A diagnostic of this provider ends with a code. The command line and the audit log use the same codes. This page lists the text and
the advice of each code. The endpoint can add details, and the advice of the deciding policy. [Troubleshooting](../troubleshooting.md)
says more about each code.

${rows.join('\n\n')}
`;
}

/**
 * The same page for provider `hiiretail`: errors of the API, then errors of tokens in both modes.
 */
export function describeHiiRetailErrors(): string {
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
page_title: "Errors by code - hiiretail"
---

# Errors by code

A diagnostic of this provider ends with a code. This page says what each code means and what to do.

## The IAM API

${ofApi.join('\n\n')}

## Access tokens

In vended mode these are the codes of the endpoint ([troubleshooting](../../troubleshooting.md) says more about each). In direct mode
they are the codes of the authorization server.

${ofTokens.join('\n\n')}
`;
}

function entryOf(code: string, { text, advice }: { text: string; advice: string }): string {
  return `### ${code}\n\n${text}\n\n${advice}`.trimEnd();
}
