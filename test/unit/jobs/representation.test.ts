import { describe, expect, it } from '@jest/globals';
import { Representation } from '../../../src/jobs/known/representation.ts';

describe('a representation', () => {
  const json = '{"name":"Zürich 上 🌍"}';

  it('is the same bytes and the same tag for the same text, and gives the text back', () => {
    const [one, other] = [new Representation(json), new Representation(json)];
    expect(one.bytes.equals(Buffer.from(json))).toBe(true);
    expect(one.json).toBe(json);
    expect([one.tag, other.tag]).toEqual([expect.stringMatching(/^[\w-]{27}$/), one.tag]);
  });

  it('has another tag for the smallest difference', () => {
    const tags = ['{"a":1}', '{"a":2}', '{"a":1} ', '{"b":1}'].map((text) => new Representation(text).tag);
    expect(new Set(tags).size).toBe(4);
  });

  it('makes its bytes once, and of their own memory', () => {
    const one = new Representation(json);
    expect(one.bytes).toBe(one.bytes);
    // A piece of a shared pool would keep the whole pool.
    expect(one.bytes.buffer.byteLength).toBe(one.bytes.length);
  });

  it('knows what it says, before and after it was sent', () => {
    const one = new Representation(json);
    for (const send of [() => {}, () => one.bytes]) {
      send();
      expect(one.says(json)).toBe(true);
      expect(one.says(json.replace('上', '下'))).toBe(false);
    }
  });

  it('is as large as its bytes, once it has them', () => {
    const one = new Representation(json);
    expect(one.size).toBeGreaterThan(0);
    expect(one.bytes.length).toBe(one.size);
    expect(one.size).toBe(Buffer.byteLength(json));
  });
});
