export interface SettingFault {
  /** A variable, an option or a value of a file: `ADOBE_CLIENT_ID`, `adobe.clientId`, `config/local.json: port`. */
  readonly path: string;
  /** Goes on where `path` ends: `is required`. Holds no secret. */
  readonly detail: string;
}

/** Everything that is wrong with the settings, at once. */
export class SettingsError extends Error {
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    super(faults.map(({ path, detail }) => `${path} ${detail}`).join('\n'));
    this.name = 'SettingsError';
    this.faults = faults;
  }
}
