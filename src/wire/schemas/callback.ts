/** Where callbacks go, and with which headers. */
import { z } from 'zod'
import { checkHeaders } from '../../domain/callback-headers.ts'
import { pointerPath } from '../../domain/json-pointer.ts'
import { stringMap } from './text.ts'

const MAX_URL_LENGTH = 2048

/** A URL that callbacks go to. Which addresses are allowed is decided later, by its host. */
export const CallbackUrl = z.string().max(MAX_URL_LENGTH, `Must have at most ${MAX_URL_LENGTH} characters.`)

/** Headers to send with every attempt. */
export const CallbackHeaders = stringMap('At most 16 headers to send with every attempt. Write-only.', (headers) =>
  checkHeaders(headers).map(({ pointer, detail }) => ({
    path: pointerPath(pointer),
    message: `The header ${detail}.`,
  })),
)
