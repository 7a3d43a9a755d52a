/** Stands in each of them, and must not be found where they act. */
export const word = 'k3yw0rd';
/** What would begin another line, header, event, page or command, if a text of Adobe's were more than data. */
export const hostileTexts = [
  `\r\nset-cookie: ${word}=1\r\n\r\n<script>${word}</script>`,
  `\n\nevent: done\ndata: {"${word}":1}\n\n`,
  `\rid: ${word}\r\r`,
  `{"level":"error","msg":"${word}"}\n{"level":"info"}`,
  `"},"${word}":{"a":"`,
  `\u2028\u2029\u0085${word}\u000b\u000c`,
  `\u001b]0;${word}\u0007\u001b[2J\u009b2J`,
  `\u202e${word}\u2066\u200b\ufeff`,
  `</title><img src=x onerror=${word}>&lt;`,
  `../../${word}?a=b#c`,
  `__proto__.${word}`,
  `\u0000${word}\ud800`,
];
