/** The other processes of a benchmark: each is started once, asked over IPC, and answers once per question. */
import { fileURLToPath } from 'node:url'
import { forkChild } from '../test/support/spawn-child.ts'

export interface Child<Question, Answer> {
  pid: number
  ask(question: Question): Promise<Answer>
  stop(): void
}

/** Starts `file` (beside this one). Rejects `ask` when the process ends before it answered. */
export function startChild<Question, Answer>(file: string): Child<Question, Answer> {
  const child = forkChild(fileURLToPath(new URL(file, import.meta.url)), [], { stdio: 'inherit' })
  return {
    pid: child.pid ?? 0,
    ask: (question) =>
      new Promise((resolve, reject) => {
        const died = (code: number | null) => reject(new Error(`${file} exited with ${code}`))
        child.once('exit', died)
        child.once('message', (answer) => {
          child.off('exit', died)
          resolve(answer as Answer)
        })
        child.send(question as object)
      }),
    stop: () => child.disconnect(),
  }
}

/** In the child: answers each question by `answer`; ends with the parent. */
export function answerParent<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.on('message', async (question) => {
    process.send?.((await answer(question as Question)) as object)
  })
  process.on('disconnect', () => process.exit())
}
