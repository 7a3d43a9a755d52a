import { toPointer } from '../../observability/json-pointer.ts';
import type { FaultyPart } from '../../problems/fault.ts';
import type { TellFault } from '../../problems/first-faults.ts';
import { jsonStrings } from './json-strings.ts';

/** An object or an array that is not closed yet. */
interface Open {
  readonly isObject: boolean;
  /** Where the next value belongs; nothing before the first name. */
  at: string | number | undefined;
  /** From the second name on: most objects of a deep text have only one. */
  names?: Set<unknown>;
}

/** Quote, bracket or comma: what lies between two of them is a colon, blanks, or a value without names. */
const tokens = () => /["{}[\],]/g;

/**
 * Every name that an object has more than once: `JSON.parse` keeps the last value and says nothing. And every
 * `__proto__`: it is a name like any other to `JSON.parse`, but an assignment of it changes what an object inherits, in
 * whatever program reads the body after us. Names are compared as they are read, so `"\u0061"` is `"a"`. In one pass and
 * without recursion, however deep the text.
 *
 * @param text JSON, which has been parsed without a fault
 * @returns each as it is found, to be told before the next one is asked for
 */
export function* findNameFaults(text: string): Generator<TellFault> {
  const open: Open[] = [];
  let isName = false;
  const token = tokens();
  const string = jsonStrings();
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const inside = open.at(-1);
    switch (found[0]) {
      case '"': {
        string.lastIndex = found.index;
        const [quoted = ''] = string.exec(text) ?? ['"'];
        token.lastIndex = found.index + quoted.length;
        if (isName && inside !== undefined) {
          const name = String(JSON.parse(quoted));
          if (inside.at !== undefined) inside.names ??= new Set([inside.at]);
          inside.at = name;
          if (inside.names?.has(name)) yield () => toFaultyPart(open, repeated);
          else inside.names?.add(name);
          if (name === '__proto__') yield () => toFaultyPart(open, forbidden);
          isName = false;
        }
        break;
      }
      case '{':
        open.push({ isObject: true, at: undefined });
        isName = true;
        break;
      case '[':
        open.push({ isObject: false, at: 0 });
        isName = false;
        break;
      case ',':
        isName = inside?.isObject === true;
        if (typeof inside?.at === 'number') inside.at += 1;
        break;
      default:
        open.pop();
        isName = false;
    }
  }
}

/** What is told of a name, and of the nearest place around it where its own pointer would be long. */
interface NameFault {
  readonly here: string;
  readonly inside: string;
}

const repeated: NameFault = { here: 'stands twice in its object', inside: 'has a name twice, deep inside' };
const forbidden: NameFault = {
  here: 'is a name that no object may have here',
  inside: 'has a name __proto__, deep inside, which no object may have here',
};

function toFaultyPart(open: readonly Open[], { here, inside }: NameFault): FaultyPart {
  const { pointer, isWhole } = toPointer(pathOf(open));
  return { pointer, detail: isWhole ? here : inside };
}

/** One by one: of a path of a thousand parts only the first ones are told. */
function* pathOf(open: readonly Open[]): Generator<string | number> {
  for (const { at = '' } of open) yield at;
}
