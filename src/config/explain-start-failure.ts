import { errorCode } from '../observability/error-code.ts';
import { SettingsError } from './settings-error.ts';

const checkOption = '--check, without a value: read the settings, show them, and stop';

/** Why the service could not start. What a person can do something about is a sentence; the rest keeps its stack. */
export function explainStartFailure(error: unknown, onlyOption = checkOption): string {
  if (error instanceof SettingsError) {
    const faults = error.faults.map(({ path, detail }) => `  ${path} ${detail}`);
    return ['The settings cannot be used:', ...faults, 'See the settings table in docs/settings.md.'].join(
      '\n',
    );
  }
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return 'The port is in use by another process: set PORT to a free one.';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'HOST is not an address of this machine.';
    case 'EACCES':
      return 'This user may not listen on this port: set PORT to one over 1023.';
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `The only option is ${onlyOption}.`;
    default:
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
