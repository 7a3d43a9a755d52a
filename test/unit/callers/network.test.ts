import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkOf } from '../../../src/callers/limits/network.ts';

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1:2:3:4:5:6:203.0.113.7', '1:2:3:4::/64'],
    ['unknown', 'unknown'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is the same for all that begin with the same 64 bits, however they are written', () => {
    const hex = (group: number) => group.toString(16);
    fc.assert(
      fc.property(
        fc.tuple(...Array.from({ length: 4 }, () => fc.nat(0xffff))),
        fc.ipV6().map((other) => new URL(`http://[${other}]/`).hostname.slice(1, -1)),
        (prefix, other) => {
          const full = [...prefix.map(hex), '1', '2', '3', '4'].join(':');
          const short = new URL(`http://[${full}]/`).hostname.slice(1, -1);
          expect(networkOf(short)).toBe(networkOf(full));
          expect(networkOf(full)).toBe(`${prefix.map(hex).join(':')}::/64`);
          expect(networkOf(networkOf(other).replace('/64', '1'))).toBe(networkOf(other));
        },
      ),
    );
  });
});
