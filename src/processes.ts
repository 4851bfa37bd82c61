import cluster, { type Worker } from 'node:cluster'
import { mkdir } from 'node:fs/promises'
import { pino, type Logger } from 'pino'
import type { Config } from './config.js'
import { indexedAttributes } from './dicom/indexed-attributes.js'
import { openSharedWriter, type SharedWriter } from './index/open.js'
import type { Stop, Told } from './parent-process.js'

/** Several HTTP processes on one port: the one that was started writes the index where that is SQLite, and
 *  puts a new process in the place of one that died. */
export interface Processes {
  /** of the port that all listen on: `http://127.0.0.1:8080` */
  readonly address: string
  /** Resolves when all have answered what they had begun, as long as the drain lasts, and the index is closed.
   * @param delayMs how long proxies get to learn of it */
  stop(delayMs: number): Promise<void>
}

const AGAIN_MS = 1_000

/** @throws Error in the words of the first process that cannot start; none is left then */
export async function startProcesses(config: Config): Promise<Processes> {
  await mkdir(config.data, { recursive: true, mode: 0o750 })
  const log = pino({ level: config.logLevel })
  const writer = await openSharedWriter(config.index, indexedAttributes(config.searchAttributes ?? []), {
    connections: config.indexPool,
    timeoutMs: config.indexTimeout,
  })
  // Each accepts for itself. Where the first hands connections out, one that is on its way to a process that dies waits for ever.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  // Byte arrays pass as they are.
  cluster.setupPrimary({ serialization: 'advanced' })
  const running = new Set<Worker>()
  let stopping = false
  try {
    const addresses = await Promise.all(Array.from({ length: config.processes }, () => start()))
    return { address: addresses[0] ?? '', stop }
  } catch (error) {
    stopping = true
    for (const worker of running) worker.process.kill('SIGKILL')
    await ended()
    await writer.close()
    throw error
  }

  /** @returns its address, once it listens */
  function start(): Promise<string> {
    const worker = fork(writer)
    running.add(worker)
    let isListening = false
    return new Promise((resolve, reject) => {
      worker.on('message', (message: Told) => {
        if ('listening' in message) {
          isListening = true
          resolve(message.listening)
          // Told before it heard anything.
          if (stopping) tellToStop(worker, 0)
        } else if ('failed' in message) reject(new Error(message.failed))
      })
      worker.on('exit', (code, signal) => {
        running.delete(worker)
        reject(new Error(`a process ended at its start, with ${signal === '' ? code : signal}`))
        if (isListening && !stopping) replace({ code, signal })
      })
    })
  }

  function replace(end: { code: number; signal: string }): void {
    log.error(end, 'an HTTP process ended; another takes its place')
    void again(log)
  }

  async function again(log: Logger): Promise<void> {
    while (!stopping) {
      try {
        await start()
        return
      } catch (error) {
        log.error({ err: error }, 'an HTTP process cannot start')
        await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
      }
    }
  }

  async function stop(delayMs: number): Promise<void> {
    stopping = true
    for (const worker of running) tellToStop(worker, delayMs)
    await ended()
    await writer.close()
  }

  async function ended(): Promise<void> {
    await Promise.all([...running].map(worker => new Promise(resolve => worker.once('exit', resolve))))
  }
}

function tellToStop(worker: Worker, delayMs: number): void {
  if (worker.isConnected()) worker.send({ stop: delayMs } satisfies Stop)
}

function fork(writer: SharedWriter): Worker {
  const worker = cluster.fork()
  writer.serve({
    // It may have died meanwhile: then nobody waits for the answer.
    send: message => {
      if (worker.isConnected()) worker.send(message as object, () => undefined)
    },
    on: (event, listener) => void worker.on(event, listener),
  })
  return worker
}
