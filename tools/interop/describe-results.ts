import type { ServerResults } from '../../test/interop/results.ts';
import { table } from '../../test/interop/table.ts';

/** The page docs/servers-tested.md: a table for each server, in the order of the situations. */
export function describeResults(results: readonly ServerResults[]): string {
  return `${[INTRODUCTION, ...results.map(describeServer)].join('\n\n')}\n`;
}

const INTRODUCTION = `# Servers tested

\`npm run interop\` writes this page. It runs the deployed function under the runtime interface client
of AWS against each of these authorization servers, with moto as Secrets Manager, S3 and KMS. The result
is what the test saw: a token, or the code of an error. A server that lacks what a situation needs
has the result "not offered".`;

function describeServer({ title, version, results }: ServerResults): string {
  const rows = table.map(({ name }) => [name, results[name] ?? 'not tested']);
  const lines = [['situation', 'result'], ['---', '---'], ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  return [`## ${title} ${version}`, '', ...lines].join('\n');
}
