/** Who asks. Every service call carries it, even while everybody is allowed everything. */
export interface Caller {
  /** undefined: nobody in particular (FILMROOM_AUTH=off) */
  readonly name: string | undefined
}

/** What a route lets its caller do. */
export type Right = 'store' | 'search' | 'retrieve' | 'delete'
