import { faultOf } from '../problems/fault.ts';

/** The store cannot be read or written, so nothing can be promised. */
export class ClaimsUnavailable extends faultOf('claims-unavailable') {}
