/** What must happen once in the whole archive: who holds a task does it. */
export interface Tasks {
  /** @returns undefined where another holds it
   *  @throws Problem `unavailable` */
  hold(task: string): Promise<Hold | undefined>
  /** Lets go of all. */
  close(): Promise<void>
}

export interface Hold {
  /** aborted where it was lost before it was let go */
  readonly lost: AbortSignal
  release(): Promise<void>
}
