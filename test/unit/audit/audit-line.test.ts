import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toAuditLine, toText } from '../../../src/audit/audit-line.ts';
import type { AuditEntry } from '../../../src/audit/audit-trail.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';

const entry: AuditEntry = {
  action: 'create',
  outcome: 'created',
  caller: 'reporting',
  callerId: 'listed:reporting',
  user: undefined,
  sandbox: 'prod',
  requestId: 'r',
  platformRequestIds: [],
};
const atMs = Date.UTC(2026, 10, 25, 12, 0, 0, 7);
const textOf = (more: Partial<AuditEntry>) => toText(toAuditLine({ ...entry, ...more }), atMs);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 2_000 }),
  fc.string({ unit: fc.constantFrom('\n', '\u2028', '"', '\\', '}', '\u{e0001}', '\ud800', 'é', '李') }),
  fc.constantFrom(...hostileTexts),
  fc.constantFrom('x', '\n', '\ud800', '\u{e0001}', '李').map((one) => one.repeat(5_000)),
);
const anyList = fc.array(anyText, { maxLength: 300 });

const anyEntry: fc.Arbitrary<AuditEntry> = fc.record({
  action: fc.constantFrom('create' as const, 'cancel' as const, 'rehearse' as const),
  outcome: fc.constantFrom('created' as const, 'refused' as const),
  code: anyText,
  rules: anyList,
  caller: anyText,
  callerId: anyText,
  user: anyText,
  sandbox: anyText,
  requestId: anyText,
  platformRequestIds: anyList,
  jobId: anyText,
  fingerprint: anyText,
  datasetId: anyText,
  segments: anyList,
  fields: anyList,
  events: fc.boolean(),
  sentAtMs: fc.integer({ min: 0, max: 4e12 }),
  recovered: fc.constant(true as const),
});

const names =
  'time log action outcome code rules rulesLeftOut caller callerId user sandbox requestId platformRequestIds platformRequestIdsLeftOut jobId fingerprint datasetId segments segmentsLeftOut fields fieldsLeftOut events sentAt recovered'.split(
    ' ',
  );

describe('a line of the audit trail', () => {
  it('is one line of printable JSON of less than 16 kB, with its own fields in their order, whatever texts it has', () => {
    fc.assert(
      fc.property(anyEntry, (any) => {
        const text = toText(toAuditLine(any), atMs);
        expect(Buffer.byteLength(text)).toBeLessThan(16_000);
        expect(text.indexOf('\n')).toBe(text.length - 1);
        expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const read = JSON.parse(text);
        const own = Object.keys(read);
        expect(own).toEqual(names.filter((name) => own.includes(name)));
        expect([read.log, read.action, read.outcome]).toEqual(['audit', any.action, any.outcome]);
      }),
      { numRuns: 200 },
    );
  });

  it('has what it says as it is, where that is not too long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(JSON.parse(textOf({ user: text, segments: [text] }))).toMatchObject({
          user: text,
          segments: [text],
        });
      }),
    );
  });

  it('has the first hundred of four thousand segments, and how many more there are', () => {
    const segments = Array.from(
      { length: 4_000 },
      (_, at) => `52c26d0d-45f2-47a2-ab30-${String(at).padStart(12, '0')}`,
    );
    expect(JSON.parse(textOf({ segments }))).toMatchObject({
      segments: segments.slice(0, 100),
      segmentsLeftOut: 3_900,
    });
  });

  it('tells a segment of the name all from all profiles', () => {
    expect(textOf({ segments: ['all'] })).toContain('"segments":["all"]');
    expect(textOf({ segments: [] })).toContain('"segments":"all"');
    expect(textOf({ fields: ['all'] })).toContain('"fields":["all"]');
    expect(textOf({ fields: 'all' })).toContain('"fields":"all"');
  });

  it('cuts between characters, and shows that it has cut', () => {
    const { user } = JSON.parse(textOf({ user: '😀'.repeat(1_000) }));
    expect(user).toMatch(/^😀+…$/u);
  });

  it('has no field that the entry has and the line does not know', () => {
    const more = { ...entry, authorization: 'Bearer hush', toJSON: undefined };
    expect(toText(toAuditLine(more), atMs)).toBe(
      '{"time":"2026-11-25T12:00:00.007Z","log":"audit","action":"create","outcome":"created","caller":"reporting","callerId":"listed:reporting","sandbox":"prod","requestId":"r","platformRequestIds":[]}\n',
    );
  });
});
