/** Texts of others brought to a length that we promise. */

/** What stands at the end of a text that was longer. */
export const CUT_MARK = '…'

/** The text in well-formed Unicode and at most `most` UTF-16 units, the mark of a cut among them. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed()
  // Half of a surrogate pair would become a replacement character.
  const kept = text.slice(0, most - CUT_MARK.length).replace(/[\ud800-\udbff]$/, '')
  return `${kept.toWellFormed()}${CUT_MARK}`
}
