/** `Shape` without the keys whose values are undefined: absent and undefined are the same thing in JSON. */
export type Compact<Shape> = {
  [Key in keyof Shape as undefined extends Shape[Key] ? never : Key]: Shape[Key];
} & {
  [Key in keyof Shape as undefined extends Shape[Key] ? Key : never]?: Exclude<Shape[Key], undefined>;
};

/** The same object without what is undefined. */
export function compact<Shape extends object>(shape: Shape): Compact<Shape> {
  return Object.fromEntries(
    Object.entries(shape).filter(([, value]) => value !== undefined),
  ) as Compact<Shape>;
}

/** As `compact`, and nothing at all where nothing is left. */
export function compactOrNothing<Shape extends object>(shape: Shape): Compact<Shape> | undefined {
  const rest = compact(shape);
  return Object.keys(rest).length === 0 ? undefined : rest;
}
