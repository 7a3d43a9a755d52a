/**
 * The object, or nothing where none of its values is there. Single values that are undefined stay in it: JSON
 * leaves them out, and they cost a copy to take out.
 */
export function orNothing<Shape extends object>(shape: Shape): Shape | undefined {
  for (const key in shape) if (shape[key] !== undefined) return shape;
  return undefined;
}
