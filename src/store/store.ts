/**
 * What is kept for a while. A store is bounded, gives up the least recently used first, and never throws:
 * whoever asks can always obtain the value again, so a store that is in trouble has simply forgotten it.
 */
export interface Store<Value> {
  get(key: string): Promise<Value | undefined>;
  /** Keeps `value` for `lifeMs`. A life that is not a positive number keeps nothing. */
  set(key: string, value: Value, lifeMs: number): Promise<void>;
  delete(key: string): Promise<void>;
}
