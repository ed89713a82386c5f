const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export type Level = (typeof LEVELS)[number];

/** Structured logging on standard error, as go-plugin reads it. Never pass it a secret. */
export type Log = Readonly<
  Record<Level, (message: string, fields?: Readonly<Record<string, unknown>>) => void>
>;

export interface LogOptions {
  /** Name of the provider; Terraform shows it before each line. */
  readonly module: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}

/**
 * A log that is as loud as `TF_LOG_PROVIDER`, else `TF_LOG`, asks for.
 *
 * > [!WARNING]
 * > Terraform panics where `@message`, `@level` or `@timestamp` is no string, and takes the line for plain text where the timestamp
 * > has other than 6 fractional digits.
 */
export function makeLog({ module, environment, write, now = () => new Date() }: LogOptions): Log {
  const threshold = thresholdOf(environment['TF_LOG_PROVIDER'] ?? environment['TF_LOG'] ?? '');
  const at =
    (level: Level): Log[Level] =>
    (message, fields = {}) => {
      if (LEVELS.indexOf(level) < threshold) return;
      const line = {
        ...fields,
        '@level': level,
        '@message': String(message),
        '@module': module,
        '@timestamp': now().toISOString().replace('Z', '000Z'),
      };
      write(`${JSON.stringify(line)}\n`);
    };
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}

function thresholdOf(setting: string): number {
  const name = setting.toLowerCase();
  if (name === 'json') return 0;
  const index = (LEVELS as readonly string[]).indexOf(name);
  return index < 0 ? LEVELS.length : index;
}
