import { createRequire } from 'node:module';
import { Ajv, type AnySchemaObject } from 'ajv';
import formats from 'ajv-formats';
import type { Response } from 'supertest';

/** The OpenAPI document that @adobe/aio-lib-customer-profile carries. */
const document: AnySchemaObject = createRequire(import.meta.url)(
  '@adobe/aio-lib-customer-profile/spec/api.json',
);
const base = '/data/core/ups';

/** The document requires nothing; every sample has these. */
const required: Readonly<Record<string, readonly string[]>> = {
  ScanJobResponse: ['id', 'status'],
  ScanJobsPageResponse: ['records', 'page', 'link'],
  ExportMessageResponse: ['status', 'message'],
};

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(withExceptions(), 'adobe');

/** What gateway and profile service say, by the samples: the document describes no error's content. */
const errorSchema = {
  anyOf: [
    closed({ error_code: { type: 'string', pattern: '^\\d{6}$' }, message: { type: 'string' } }),
    closed({
      requestId: { type: 'string' },
      errors: {
        type: 'object',
        additionalProperties: {
          type: 'array',
          items: closed({ code: { type: ['number', 'string'] }, message: { type: 'string' } }),
        },
      },
      type: { type: 'string', pattern: '^https://ns\\.adobe\\.com/aep/errors/' },
      title: { type: 'string' },
      status: { type: 'integer' },
    }),
    closed({
      type: { type: 'string', pattern: '^http://ns\\.adobe\\.com/adobecloud/problem/' },
      title: { type: 'string' },
      status: { type: 'integer' },
    }),
  ],
};
const checkError = ajv.compile(errorSchema);

/** The documented statuses, and those that the gateway's list of codes and the guides add to them. */
const undocumented = [400, 401, 405, 413, 415];

/** Fails for a status or a body that the document does not have, but for the exceptions in `withExceptions`. */
export function checkAgainstAdobe(method: string, url: string, answer: Response): void {
  const path = new URL(url, 'http://localhost').pathname.slice(base.length).replace(/\/$/, '');
  const template = path === '/export/jobs' ? path : '/export/jobs/{exportJobId}';
  const { responses = {} } = Object(
    document.paths[template]?.[method === 'HEAD' ? 'get' : method.toLowerCase()],
  );
  const where = `${method} ${url}: ${answer.status}`;
  const isDocumented = String(answer.status) in responses || undocumented.includes(answer.status);
  if (!isDocumented) throw new Error(`${where} is not in Adobe's document`);
  if (method === 'HEAD') return;
  if (!/^application\/(problem\+)?json/.test(answer.type)) throw new Error(`${where} is ${answer.type}`);
  const body: unknown = JSON.parse(answer.text);
  if (answer.status >= 400) {
    if (checkError(body) && (Object(body).status ?? answer.status) === answer.status) return;
    throw new Error(`${where}: ${ajv.errorsText(checkError.errors)} in ${answer.text}`);
  }
  const schema: AnySchemaObject = responses[answer.status].content['application/json'].schema;
  const check = ajv.getSchema(`adobe${schema.$ref}`);
  if (!check?.(body)) throw new Error(`${where}: ${ajv.errorsText(check?.errors)} in ${answer.text}`);
}

/**
 * The document's schemas, in which nothing that they do not name is allowed, with the differences that Adobe's
 * guides and samples ask for.
 */
function withExceptions(): AnySchemaObject {
  const { schemas } = structuredClone(document.components);
  const job = schemas.ScanJobResponse;
  // In the guides only: what the export evaluates, two counters, and until when events count.
  job.properties.evaluationInfo = { properties: { segmentation: { type: 'boolean' } } };
  job.properties.metrics.properties.totalExportedProfileCounter = { type: 'integer' };
  job.properties.metrics.properties.exportedProfileByNamespaceCounter = {
    type: 'object',
    additionalProperties: { type: 'integer' },
  };
  schemas.AdditionalFields.properties.eventList.properties.filter.properties.toIngestTimestamp = {
    type: 'string',
  };
  // One object in the document, but «one segment ID into one batch ID» in its prose: an array in the newer samples.
  const { batches } = job.properties.destination.properties;
  job.properties.destination.properties.batches = { anyOf: [batches, { type: 'array', items: batches }] };
  for (const schema of Object.values(schemas)) closeAll(schema);
  for (const [name, names] of Object.entries(required)) schemas[name].required = names;
  return { components: { schemas } };
}

function closeAll(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  const { properties }: { properties?: unknown } = schema;
  if (properties) Object.assign(schema, { additionalProperties: false });
  for (const part of Object.values(schema)) closeAll(part);
}

function closed(properties: AnySchemaObject): AnySchemaObject {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
