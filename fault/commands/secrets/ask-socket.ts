/** One WebSocket: what it was told, and what it said. */
import { WebSocket } from 'ws'

export interface SocketQuestion {
  protocols: readonly string[]
  headers?: Readonly<Record<string, string>>
  /** Sent one after the other; text is sent as it is. */
  say?: readonly unknown[]
  /** The socket is closed once this has come; without it the service is to close it. */
  until?: string
}

export interface SocketAnswer {
  /** 101, or the status of the refusal. */
  status: number
  headers: object
  /** Messages, a line each, and the close; of a refusal its body. */
  text: string
}

/** Opens a socket and reads it. Rejects when what it waits for has not come before the service asks whether anybody is there. */
export function askSocket(url: string, { protocols, headers = {}, say = [], until }: SocketQuestion): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url.replace(/^http/, 'ws'), [...protocols], { headers })
    const answer = { status: 101, headers: {}, text: '' }
    ws.on('upgrade', (response) => {
      answer.headers = response.headers
    })
    ws.on('open', () => {
      for (const one of say) ws.send(typeof one === 'string' ? one : JSON.stringify(one))
    })
    ws.on('message', (message) => {
      answer.text += `${message}\n`
      if (until !== undefined && answer.text.includes(until)) ws.close()
    })
    ws.on('close', (code, reason) => resolve({ ...answer, text: `${answer.text}${code} ${reason}` }))
    ws.on('ping', () => {
      reject(new Error(`a socket never said ${until ?? 'good-bye'}: ${answer.text}`))
      ws.terminate()
    })
    ws.on('unexpected-response', async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of response) parts.push(part as Buffer)
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: String(Buffer.concat(parts)) })
      request.destroy()
    })
    ws.on('error', reject)
  })
}
