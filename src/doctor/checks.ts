/** The checks by name. A first day fails on them in about this order. */
export const checks = {
  settings: 'settings',
  ims: 'connection to IMS',
  platform: 'connection to Platform',
  clock: 'clock',
  credential: 'credential',
  scopes: 'scopes',
  organization: 'organization',
  apiKey: 'API key',
  sandbox: (name: string) => `export jobs of sandbox ${name}`,
  /** Where the settings cannot be read, and so neither the sandboxes' names. */
  sandboxes: 'export jobs of each sandbox',
} as const;
