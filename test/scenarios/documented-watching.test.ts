import { describe, expect, it } from '@jest/globals';
import { drive } from '../support/driving.ts';
import { blocksIn, readPage } from '../support/pages.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

const page = readPage('docs/watching-jobs.md');
const newJob = { datasetId: 'd', segments: ['s'] };

/** A text of the page, where `…` stands for anything, as a pattern for the whole of another text. */
function patternOf(text: string): RegExp {
  const parts = text.trim().split('…');
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*?')}$`);
}

describe('what docs/watching-jobs.md shows', () => {
  it('is the stream that an export makes', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    const [shown = ''] = blocksIn(page, 'event-stream');
    await service.send('POST', '/jobs', { body: newJob });
    const answer = await fetch(`${service.url}/jobs/101/events`);
    let told = '';
    const reading = (async () => {
      for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) told += chunk;
    })();
    await drive(service, reading);
    expect(told.replaceAll(': still here\n\n', '').trim()).toMatch(patternOf(shown));
  });

  it('is the answer to a wait', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    const [shown = ''] = blocksIn(page, 'http');
    const [asked = '', answered = ''] = shown.split('\n\n');
    const headersOf = (text: string) =>
      text
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(/: (.*)/).slice(0, 2));
    const { headers: created } = await service.send('POST', '/jobs', { body: newJob });
    const headers = { ...Object.fromEntries(headersOf(asked)), 'If-None-Match': String(created.etag) };
    expect(headersOf(asked).map(([name]) => name)).toEqual(['Prefer', 'If-None-Match']);

    const { value } = await drive(service, service.send('GET', '/jobs/101', { headers }));
    const { status, headers: got } = value;
    expect(status).toBe(200);
    for (const [name = '', value = ''] of headersOf(answered)) {
      expect([name, got[name.toLowerCase()]]).toEqual([name, expect.stringMatching(patternOf(value))]);
    }
  });
});
