import { createHash } from 'node:crypto';
import helmet from 'helmet';
import { helmetOptions } from '../helmet-options.ts';
import { pageStyle } from './problem-page.ts';

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** What a browser may do with a page for people: show it with its own style, and nothing else. */
export const pagePolicy = helmet({
  ...helmetOptions,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'style-src': [`'sha256-${styleHash}'`],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  },
});
