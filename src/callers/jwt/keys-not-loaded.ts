interface Why {
  /** The HTTP status of the answer, where it is the reason. */
  readonly status?: number | undefined;
  /** The code of the connection's error, such as ECONNREFUSED, or `late`. */
  readonly code?: string;
}

/** Why there is no key set: in words for the operator, without a dot at the end. */
export class KeysNotLoaded extends Error {
  readonly status: number | undefined;
  readonly code: string | undefined;

  constructor(why: string, { status, code }: Why = {}) {
    super(why);
    this.name = 'KeysNotLoaded';
    this.status = status;
    this.code = code;
  }
}
