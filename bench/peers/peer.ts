/** What each peer is told: the port to listen on, and the origin of IMS and Platform. */
export const [port, upstream] = [Number(process.argv[2]), process.argv[3] ?? ''];
