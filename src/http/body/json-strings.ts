/** A whole string of JSON, from its opening quote on: sticky, and in one step for each character. */
export const jsonStrings = () => /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
