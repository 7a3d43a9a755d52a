import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EmulatorUnderTest, jobsPath, startEmulatorUnderTest } from '../support/emulator-under-test.ts';

let adobe: EmulatorUnderTest;
beforeEach(async () => {
  adobe = await startEmulatorUnderTest();
});
afterEach(() => adobe.emulator.close());

const put = (...jobs: readonly (readonly [id: number, creationTime: number, status?: string])[]) => {
  for (const [id, creationTime, status = 'NEW'] of jobs) {
    adobe.emulator.jobs.put('prod', { id, creationTime, status });
  }
};
const list = (query = '') => adobe.ask('GET', query && `?${query}`);
const idsOf = ({ body }: { body: { records: { id: number }[] } }) => body.records.map(({ id }) => id);
/** The query of a link, which has the documented slash before it. */
const queryOf = (next: string) => /^\/export\/jobs\/\?(.+)$/.exec(next)?.[1] ?? '';

describe('the pages of the emulated list', () => {
  it('are named by their last record, as is the page itself, and come to an end', async () => {
    put([1, 10], [2, 10], [3, 30], [4, 40]);
    const first = await list('limit=2');
    expect(first.body.page).toEqual({
      sortField: 'createdTime',
      sort: 'desc',
      pageOffset: '30_3',
      pageSize: 2,
    });
    expect(first.body.link.next).toBe('/export/jobs/?limit=2&offset=30_3');
    const second = await list(queryOf(first.body.link.next));
    expect([idsOf(first), idsOf(second)]).toEqual([
      [4, 3],
      [2, 1],
    ]);
    expect(second.body).toMatchObject({ page: { pageOffset: '10_1' }, link: { next: '' } });
    expect((await list(`limit=2&offset=10_1`)).body).toMatchObject({
      records: [],
      page: { pageOffset: '', pageSize: 0 },
      link: { next: '' },
    });
  });

  it('go on when the job at their edge has left the filter, without a gap and without a double', async () => {
    put([1, 10], [2, 20], [3, 30], [4, 40]);
    const { body } = await list('status=NEW&limit=2');
    put([3, 30, 'SUCCEEDED'], [5, 50]);
    expect(idsOf(await list(`${queryOf(body.link.next)}&status=NEW`))).toEqual([2, 1]);
  });

  it('are answered by the path with the slash of the link, as by the one without', async () => {
    put([1, 10]);
    expect(idsOf(await adobe.ask('GET', '/?limit=1'))).toEqual([1]);
  });

  it('hold all jobs where no limit is given, behind an offset too', async () => {
    put(...Array.from({ length: 150 }, (_, at) => [at + 1, at + 1] as const));
    const { body } = await list();
    expect([body.records.length, body.page.pageSize, body.link.next]).toEqual([150, 150, '']);
    expect(idsOf(await list('offset=4_4'))).toEqual([3, 2, 1]);
    expect(idsOf(await list('limit=100000'))).toHaveLength(150);
  });

  it.each(['abc', '0', '-1', '1.5', '', '1e2', '0x10', '+5', '%205', '5&limit=6', '99999999999999999999'])(
    'are not of limit «%s»',
    async (limit) => {
      const { status, body } = await list(`limit=${limit}`);
      expect([status, body.errors?.['400'][0].message]).toEqual([
        400,
        expect.stringContaining('Invalid limit'),
      ]);
    },
  );

  it.each(['abc', '', '10', '_1', '10_', 'x_1', '-1_1', '1_1&offset=2_2'])(
    'do not begin at offset «%s»',
    async (offset) => {
      const { status, body } = await list(`offset=${offset}`);
      expect([status, body.title]).toEqual([400, expect.stringContaining('Invalid offset')]);
    },
  );

  it.each(['SUCCEDED', 'new', '', 'PROCESSING', 'NEW&status=FAILED'])(
    'are not filtered by the status «%s»',
    async (value) => expect((await list(`status=${value}`)).status).toBe(400),
  );

  it('are in order for ids that are texts and times that are none, and can be paged through', async () => {
    const { jobs } = adobe.emulator;
    for (const id of ['b', 'a_1', 'a', '10', '9']) jobs.put('dev', { id, status: 'NEW' });
    const seen: string[] = [];
    let query = 'limit=1';
    const headers = { 'x-sandbox-name': 'dev' };
    do {
      const url = `${adobe.emulator.url}${jobsPath}?${query}`;
      const token = adobe.emulator.tokens.issued()[0];
      const { clientId, orgId } = adobe.emulator.credential;
      const answer = await fetch(url, {
        headers: {
          authorization: `Bearer ${token}`,
          'x-api-key': clientId,
          'x-gw-ims-org-id': orgId,
          ...headers,
        },
      });
      const { records, link } = Object(await answer.json());
      seen.push(records[0].id);
      query = queryOf(link.next);
    } while (query !== '');
    expect(seen).toEqual(['b', 'a_1', 'a', '10', '9']);
  });
});
