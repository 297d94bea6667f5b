/**
 * A page of a list as JSON text.
 *
 * @param documents each as JSON text
 * @param cursor where to go on; it can be there without more, as the place to ask again later
 */
export function listDocument(documents: readonly string[], hasMore: boolean, cursor: string | null): string {
  return `{"data":[${documents.join(',')}],"has_more":${hasMore},"next_cursor":${JSON.stringify(cursor)}}`
}
