import cluster from 'node:cluster'

/** What parent and child tell each other beside what the index does (index/shared-writer.ts). */
export type Told = { readonly listening: string } | { readonly failed: string }
/** in how many milliseconds */
export interface Stop {
  readonly stop: number
}

/** The side of a process that was forked. */
export interface Parent {
  send(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): void
  tell(told: Told): void
  /** @param stop is called once the parent wants it */
  onStop(stop: (delayMs: number) => void): void
}

/** @returns undefined where this process is not one of several */
export function parentProcess(): Parent | undefined {
  if (!cluster.isWorker) return undefined
  const send = (message: unknown): void => {
    process.send?.(message)
  }
  return {
    send,
    on: (event, listener) => void process.on(event, listener),
    tell: send,
    onStop: stop => {
      process.on('message', message => {
        if (typeof message === 'object' && message !== null && 'stop' in message) stop((message as Stop).stop)
      })
    },
  }
}
