/** The checks by name. In about the order in which they fail on a first day. */
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
  /** Instead of the one above, where the settings and so the sandboxes' names cannot be read. */
  sandboxes: 'export jobs of each sandbox',
  keySet: "keys for callers' tokens",
  token: 'the given token',
  claims: 'claims file',
  /** Each setting that says who may call, and from where. */
  open: (variable: string) => `how open ${variable} is`,
} as const;
