/** `Content-Disposition` of a download (RFC 6266). */

/** Names the file twice: as it is (RFC 8187), and in ASCII for clients that do not read that. */
export function attachment(filename: string): string {
  const ascii = filename.replaceAll(/[^\x20-\x7e]|[%"\\]/gu, '_')
  return ascii === filename
    ? `attachment; filename="${filename}"`
    : `attachment; filename="${ascii}"; filename*=UTF-8''${extended(filename)}`
}

/** RFC 8187 needs more characters encoded than `encodeURIComponent` does. */
function extended(text: string): string {
  return encodeURIComponent(text).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
