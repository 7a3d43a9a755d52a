import { httpAnswer } from './raw-platform.ts';

/** Whether a request asks for the list of jobs, in which a create without an answer is looked for. */
export const asksForList = (head: string) => /^GET \S+\/export\/jobs(?:\?\S*)? HTTP/.test(head);

/** A page with these jobs, the last one, as Platform writes it. */
export function listAnswer(records: readonly object[] = [], headers: Readonly<Record<string, string>> = {}) {
  const page = { sortField: 'createdTime', sort: 'desc', pageOffset: '', pageSize: records.length };
  const body = JSON.stringify({ records, page, link: { next: '' } });
  return httpAnswer(200, { 'content-type': 'application/json', ...headers }, body);
}
