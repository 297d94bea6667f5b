import type { JobDocument } from '../../../client/documents/job.ts'
import type { CommandSpec } from '../../call/command.ts'
import type { Printer } from '../../output/printer.ts'
import { record } from '../../output/table.ts'
import { readJob } from './follow.ts'

/** `ringback jobs get ID` */
export const getCommand: CommandSpec = {
  path: 'jobs get',
  args: ['<ID>'],
  about: 'show a job as it is now',
  async run(call) {
    const { text, document } = await readJob(call, call.args[0] ?? '')
    await call.out.result(text, () => jobText(document, call.out))
    return undefined
  },
}

/** A job for people. The result is named, not shown: as a value it could be another one. */
function jobText(document: JobDocument, { paint }: Printer): string {
  const { id, result_bytes: bytes, result_type: type } = document
  const result = bytes === null ? null : `${bytes} bytes of ${type}: ringback jobs result ${id}`
  const empty = [document.tags, Object.keys(document.metadata)].map((all) => all.length === 0)
  const omit = ['status_url', 'result_url', 'cancel_url', 'result_bytes', 'result_type', empty[0] ? 'tags' : '', empty[1] ? 'metadata' : '']
  return record({ ...document, result }, paint, omit)
}
