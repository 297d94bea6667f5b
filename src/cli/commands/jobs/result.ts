import type { CommandSpec } from '../../call/command.ts'
import { printResult, saveResult } from './print-result.ts'

/** `ringback jobs result ID` */
export const resultCommand: CommandSpec = {
  path: 'jobs result',
  args: ['<ID>'],
  about: 'print the bytes of a completed job’s result',
  options: [{ flags: '-o, --output <FILE>', about: 'write them to this file' }],
  async run(call) {
    const [id = ''] = call.args
    const file = call.given.text('output')
    await (file === undefined ? printResult(call, id) : saveResult(call, id, file))
    return undefined
  },
}
