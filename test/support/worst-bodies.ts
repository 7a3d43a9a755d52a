/** `count` entries with commas between them. */
export const times = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(',');
const ours = (rest: string) => `{"datasetId":"d","segments":["s"],${rest}}`;
const adobes = (rest: string) => `{"destination":{"datasetId":"d"},"schema":{"name":"s"},${rest}}`;

/** The worst bodies that somebody could think of, each of about this many bytes. */
export const worstBodies: readonly (readonly [string, (bytes: number) => string])[] = [
  [
    'a segment that is a number',
    (bytes) => `{"datasetId":"d","segments":[${times(bytes / 2 - 20, () => '1')}]}`,
  ],
  [
    'a few segments with many numbers each',
    (bytes) => `{"datasetId":"d","segments":[${times(bytes / 8010, () => `[${times(4000, () => '1')}]`)}]}`,
  ],
  [
    'a segment without an id',
    (bytes) => `{"datasetId":"d","segments":[${times(Math.min(4000, bytes / 3 - 20), () => '{}')}]}`,
  ],
  [
    'a segment with six faults',
    (bytes) =>
      `{"datasetId":"d","segments":[${times(bytes / 57, () => '{"id":1,"namespace":1,"status":[1,1,1,1,1,1,1,1],"x":1}')}]}`,
  ],
  [
    'a status that is none',
    (bytes) => `{"datasetId":"d","segments":[{"id":"s","status":[${times(bytes / 2 - 40, () => '1')}]}]}`,
  ],
  [
    'a field that is none',
    (bytes) => ours(`"fields":[${times(Math.min(5000, bytes / 3 - 20), () => '""')}]`),
  ],
  ['an unknown property', (bytes) => ours(times(bytes / 12, (at) => `"x${at}":1`))],
  [
    'an unknown property inside of a segment',
    (bytes) => `{"datasetId":"d","segments":[{${times(bytes / 12, (at) => `"x${at}":1`)}}]}`,
  ],
  ['a long name', (bytes) => ours(`"${'x'.repeat(bytes - 50)}":1`)],
  ['a long name of what JSON pointers escape', (bytes) => ours(`"${'~'.repeat(bytes - 50)}":1`)],
  ['some long names', (bytes) => ours(times(20, (at) => `"${at}${'\\u0001'.repeat(bytes / 130)}":1`))],
  ['a long text', (bytes) => `{"datasetId":"${'x'.repeat(bytes - 50)}","allProfiles":"x"}`],
  ['a deep array', (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2)],
  ['a deep object', (bytes) => `${'{"a":'.repeat(bytes / 6)}1${'}'.repeat(bytes / 6)}`],
  ['a name twice', (bytes) => `{${times(bytes / 6, () => '"a":1')}}`],
  [
    'many names twice, deep inside',
    (bytes) => `${'{"a":'.repeat(bytes / 12)}{${times(bytes / 12, () => '"b":1')}}${'}'.repeat(bytes / 12)}`,
  ],
  ['a long name twice', (bytes) => `{"${'x'.repeat(bytes / 2 - 10)}":1,"${'x'.repeat(bytes / 2 - 10)}":1}`],
  [
    "a segment that is a number, in Adobe's form",
    (bytes) => adobes(`"filter":{"segments":[${times(bytes / 2 - 60, () => '1')}]}`),
  ],
  [
    "a segment without an id, in Adobe's form",
    (bytes) => adobes(`"filter":{"segments":[${times(Math.min(4000, bytes / 3 - 60), () => '{}')}]}`),
  ],
  [
    'a fraction of a second',
    (bytes) => ours(`"ingestedAfter":"2018-01-01T00:00:00.${'1'.repeat(bytes - 90)}"`),
  ],
  ['what is not JSON', (bytes) => `{${'"\\'.repeat(bytes / 2 - 2)}`],
];
