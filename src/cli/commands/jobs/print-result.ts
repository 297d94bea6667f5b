/** The result of a job on standard output or in a file. */
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Invocation } from '../../call/command.ts'
import { oneLine } from '../../output/escape.ts'
import { LocalError, UsageError } from '../../world/ends.ts'

/** Prints the bytes as they are; a location as its URL. Bytes that are no text are kept off a terminal. */
export async function printResult(call: Invocation, id: string): Promise<void> {
  const { out, world } = call
  const response = await call.client().jobs.resultResponse(id, { signal: call.signal })
  const location = response.headers.get('location')
  if (response.status === 303 && location !== null) return out.result({ location }, () => oneLine(location))
  const type = response.headers.get('content-type') ?? 'application/octet-stream'
  const isJson = /^application\/json\b/i.test(type)
  const isText = isJson || /^text\/|^application\/[\w.+-]*(?:json|xml|yaml)\b/i.test(type)
  if (out.json && !isJson) {
    const bytes = new Uint8Array(await response.arrayBuffer())
    return out.result({ result_type: type, result_bytes: bytes.length, result_base64: Buffer.from(bytes).toString('base64') }, () => '')
  }
  if (world.stdout.isTerminal && !isText) {
    response.body?.cancel().catch(() => {})
    throw new UsageError(`the result of ${id} is ${oneLine(type)}, not for a terminal: use ringback jobs result ${id} -o FILE`)
  }
  if (world.stdout.isTerminal) return out.bytes(new Uint8Array(await response.arrayBuffer()), isJson ? 'json' : 'text')
  for await (const part of response.body ?? []) await world.stdout.write(part as Uint8Array)
}

/** Writes the bytes to `file`, which appears whole or not at all. */
export async function saveResult(call: Invocation, id: string, file: string): Promise<void> {
  const { out, signal } = call
  const response = await call.client().jobs.resultResponse(id, { signal })
  const location = response.headers.get('location')
  if (response.status === 303) throw new LocalError(oneLine(`the result of ${id} is a location, nothing was written: ${location}`))
  const type = response.headers.get('content-type') ?? 'application/octet-stream'
  const draft = `${file}.${process.pid}.new`
  let bytes = 0
  try {
    const body = async function* () {
      for await (const part of response.body ?? []) {
        bytes += (part as Uint8Array).length
        yield part
      }
    }
    await pipeline(Readable.from(body()), createWriteStream(draft, { flags: 'wx' }), { signal })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    if (signal.aborted) throw error
    throw new LocalError(`${file} was not written: ${error instanceof Error ? error.message : error}`)
  }
  if (out.json) await out.result({ file, result_type: type, result_bytes: bytes }, () => '')
  else await out.words(oneLine(`${file}: ${bytes} bytes of ${type}`))
}
