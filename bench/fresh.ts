/** In the text of a request: stands for a number that no other request has. */
export const FRESH = '<<a fresh number>>'
