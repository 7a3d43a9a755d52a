import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, executablePath, launchChromium, timeoutMs } from '../support/chromium.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { describeWith } from '../support/tools.ts';

describeWith(executablePath)('the page of a problem, in Chromium', () => {
  let service: ServiceUnderTest;
  let browser: Browser;
  beforeAll(async () => {
    service = await startServiceUnderTest();
    browser = await launchChromium();
  }, timeoutMs);
  afterAll(async () => {
    await browser?.close();
    await service.stop();
  }, timeoutMs);

  it(
    'has its own style, and nothing that somebody might get into it works',
    async () => {
      const page = await browser.context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(`${service.url}/problems/foreign-origin`);
      const looks = () =>
        page.evaluate('getComputedStyle(document.body).maxWidth + getComputedStyle(document.body).color');
      const before = await looks();
      expect([before, complaints]).toEqual([expect.stringMatching(/^640px/), []]);

      await page.evaluate(`
        document.body.insertAdjacentHTML('beforeend',
          '<style>body { color: red }</style><img src="/livez" onerror="globalThis.ran = 1"><iframe src="/livez">');
        const script = document.createElement('script');
        script.textContent = 'globalThis.ran = 2';
        document.body.append(script);
      `);
      expect([await looks(), await page.evaluate('globalThis.ran')]).toEqual([before, undefined]);
      expect(complaints.join()).toMatch(/style-src.*script-src/s);
      await page.close();
    },
    timeoutMs,
  );

  it('has a policy of its own, which lets its one style be and nothing else', async () => {
    const { headers } = await service.send('GET', '/problems/foreign-origin');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none';style-src 'sha256-[\w+/]{43}=';base-uri 'none';form-action 'none';frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    expect((await service.send('GET', '/livez')).headers['content-security-policy']).not.toContain('sha256');
  });
});
