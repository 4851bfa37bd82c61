/** Making anew what searches look at, from the stored headers (reindex.ts). */

/** Where a reindex is. Plain data. */
export interface ReindexStep {
  readonly of: 'instances' | 'series' | 'studies'
  /** rows with greater ids are still to be done */
  readonly after: number
  /** the last ids at the start: what came since needs nothing, and a busy archive would never end */
  readonly until: Readonly<Record<ReindexStep['of'], number>>
}

export interface ReindexStart {
  /** how many rows there are to do: instances, deleted ones too, series and studies */
  readonly rows: number
  readonly step: ReindexStep
}

export interface ReindexProgress {
  /** rows that the step has done */
  readonly rows: number
  /** undefined where all is done */
  readonly next: ReindexStep | undefined
}

/** The writer's part in a reindex. Each throws Problem `unavailable` or `storage-full`, and then has changed nothing. */
export interface Reindexing {
  /** Searches stop relying on rows that are to be made. */
  readonly begin: () => Promise<ReindexStart>
  readonly step: (step: ReindexStep) => Promise<ReindexProgress>
  /** @returns false where a process with other settings has written since begin: its rows lack what these settings name */
  readonly end: () => Promise<boolean>
}
