/** Sends so many requests, each after the answer to the one before, and says the status of each answer. */
export async function statusesOf(
  times: number,
  send: (index: number) => Promise<{ readonly status: number }>,
): Promise<number[]> {
  const statuses: number[] = [];
  for (let sent = 0; sent < times; sent += 1) statuses.push((await send(sent)).status);
  return statuses;
}
