/**
 * A foreign error as the cause of an error of ours: its name, its code and the frames of its stack.
 * Errors of an SDK carry the response that they are about, and a parser quotes it in its message.
 * Such a response can hold a secret.
 */
export function withoutBody(error: unknown): Error {
  const { name = 'Error', code, stack = '' }: Foreign = error instanceof Error ? error : {};
  const bare: Error & Foreign = new Error(name);
  bare.name = name;
  bare.stack = [name, ...stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n');
  if (code !== undefined) bare.code = code;
  return bare;
}

interface Foreign {
  readonly name?: string;
  readonly stack?: string;
  code?: string;
}
