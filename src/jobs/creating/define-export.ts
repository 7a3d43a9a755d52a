import type { Definition } from '../definition/definition.ts';
import { definitionOfRequest } from '../definition/definition-of.ts';
import { fingerprintOf } from '../definition/fingerprint-of.ts';
import type { NewExport } from './new-export.ts';

/** An export with what it means, whatever its spelling. */
export interface DefinedExport extends NewExport {
  readonly definition: Definition;
  readonly fingerprint: string;
}

export function defineExport(newExport: NewExport): DefinedExport {
  const definition = definitionOfRequest(newExport.request);
  return { ...newExport, definition, fingerprint: fingerprintOf(definition) };
}
