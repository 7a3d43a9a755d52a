/** Express 4 under another name, beside the Express 5 of the service; what hosts do with either has the same types. */
declare module 'express4' {
  import express from 'express';
  export default express;
}

declare module 'on-headers' {
  import type { ServerResponse } from 'node:http';
  /** Calls back just before the head of the answer is written, by wrapping its `writeHead`. */
  export default function onHeaders(response: ServerResponse, listener: (this: ServerResponse) => void): void;
}
