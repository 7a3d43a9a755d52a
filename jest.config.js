/** Native ES modules: Jest runs the same TypeScript that Node runs, stripped of its types by swc. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Most of a test is waiting for processes and sockets.
  maxWorkers: '100%',
  // A test that hangs says so, long before CI gives up.
  testTimeout: 20_000,
};
