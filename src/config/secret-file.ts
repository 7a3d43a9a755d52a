import { textFault, trimBlanks } from './text-faults.ts';
import { readTextFile, UnusableFile } from './text-file.ts';

/** No secret is longer. */
const largestBytes = 64 * 1024;

/**
 * The secret in a file, without the blanks and line ends around it.
 *
 * @throws UnusableFile
 */
export function readSecretFile(path: string, { mayHaveLines = false } = {}): string {
  const text = trimBlanks(readTextFile(path, largestBytes));
  if (text === '') throw new UnusableFile('EMPTY', 'names an empty file');
  const fault = textFault(text, { mayHaveLines });
  if (fault) throw new UnusableFile('NOT_A_SECRET', `names a file whose text ${fault}`);
  return text;
}
