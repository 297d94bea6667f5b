/** `Content-Disposition` of a download (RFC 6266). Pure. */

/** Names the file twice: as it is (RFC 8187), and in ASCII for those who do not read that. */
export function attachment(filename: string): string {
  const ascii = filename.replaceAll(/[^\x20-\x7e]|[%"\\]/gu, '_')
  return ascii === filename
    ? `attachment; filename="${filename}"`
    : `attachment; filename="${ascii}"; filename*=UTF-8''${extended(filename)}`
}

/** What `encodeURIComponent` leaves and RFC 8187 does not take is encoded, too. */
function extended(text: string): string {
  return encodeURIComponent(text).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
