import { constants } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { toSecureContextOptions } from '../../src/config/tls-files.ts';
import { Secret } from '../../src/observability/secret.ts';
import { createAuthority, type Identity } from '../support/authority.ts';
import { until } from '../support/driving.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('a handshake of TLS', () => {
  let server: Identity;
  beforeAll(async () => {
    server = await (await createAuthority()).issue();
  });

  let folder: Folder;
  let service: ServiceUnderTest;
  beforeEach(async () => {
    folder = createFolder();
    service = await startServiceUnderTest({
      env: {
        TLS_CERT_FILE: folder.write('server.pem', server.cert),
        TLS_KEY_FILE: folder.write('server.key', server.key),
      },
      server: { headersTimeoutMs: 500, keepAliveTimeoutMs: 400 },
    });
  });
  afterEach(async () => {
    await service.stop();
    folder[Symbol.dispose]();
  });

  it('that never begins ends as a request does whose headers do not come', async () => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let isClosed = false;
    socket
      .on('error', () => {})
      .on('close', () => {
        isClosed = true;
      });
    await until(() => isClosed);
    expect(socket.bytesRead).toBe(0);
  });

  it('is of TLS 1.2 or later, and not done again on a connection, whatever flags Node is started with', () => {
    const none = { cert: '', key: new Secret(''), clientCa: undefined };
    const { minVersion, secureOptions } = toSecureContextOptions(none);
    expect([minVersion, secureOptions & constants.SSL_OP_NO_RENEGOTIATION]).toEqual([
      'TLSv1.2',
      constants.SSL_OP_NO_RENEGOTIATION,
    ]);
  });
});
