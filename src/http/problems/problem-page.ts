import { refusalCure } from '../../platform/platform-codes.ts';
import { type Owner, type ProblemCode, problemCatalogue } from '../../problems/catalogue.ts';

const owners: Readonly<Record<Owner, string>> = {
  caller: 'you, who sent the request',
  operator: 'the operator of this service',
  platform: 'Adobe; it usually ends by itself',
};

/** The whole text of the page's `style`, which its policy names by a hash. */
export const pageStyle = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
code { background: #8883; padding: 0 .3em; border-radius: .2em }
dt { font-weight: 600; margin-top: 1rem }
dd { margin: 0 }
`;

/** What a problem's `type` links to, as HTML. */
export function toProblemPage(code: ProblemCode): string {
  const { status, title, owner, retryable, cause } = problemCatalogue[code];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${code}: ${title}</title>
<style>${pageStyle}</style>
</head>
<body>
<h1>${title}</h1>
<p><code>${code}</code>, answered with status ${status}</p>
<dl>
<dt>Cause</dt><dd>${toHtml(cause)}</dd>
<dt>Cure</dt><dd>${toHtml(cureOf(code))}</dd>
<dt>Who can fix it</dt><dd>${owners[owner]}</dd>
<dt>Worth trying again as it is</dt><dd>${retryable ? 'yes, later (a create: only if <code>retryable</code> is true in the answer)' : 'no'}</dd>
</dl>
</body>
</html>
`;
}

/** The catalogue says how to fix it, and the table of Platform's codes what each code is about. */
function cureOf(code: ProblemCode): string {
  const { cure } = problemCatalogue[code];
  return code === 'platform-refused-us' ? `${cure} ${refusalCure()}` : cure;
}

/** The catalogue's texts hold no HTML; their words in backticks become code. */
function toHtml(text: string): string {
  return text.replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
