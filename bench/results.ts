/** What a run measured, as one JSON line each and as the tables of docs/performance.md. */
import type { ServerName } from './servers.js'

/** One scenario on one server. */
export interface Figures {
  /** a second, median of the rounds */
  readonly rate: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** of the server, for each request or instance, user and system, median of the rounds */
  readonly cpuMs: number
  readonly peakMiB: number
  /** rate of each round, to show how far they lie apart */
  readonly rates: readonly number[]
  /** CPU time of each round */
  readonly cpus: readonly number[]
}

export interface RateResult {
  readonly kind: 'rate'
  readonly name: string
  readonly title: string
  /** what is counted */
  readonly unit: 'request' | 'instance'
  readonly clients: number
  readonly figures: Readonly<Partial<Record<ServerName, Figures>>>
  /** of the load generator itself, for each request or instance, while Filmroom was measured */
  readonly generatorCpuMs: number
  /** Filmroom's rate in its peer's */
  readonly rateRatio?: number
  /** Filmroom's CPU time in its peer's */
  readonly cpuRatio?: number
  /** at least 1.5 times the rate, or the rate at half the CPU time */
  readonly reached?: boolean
}

/** One step with a large instance on one server. */
export interface MemoryResult {
  readonly kind: 'memory'
  readonly name: string
  readonly title: string
  readonly server: ServerName
  readonly idleMiB: number
  /** the most during the step, over idle */
  readonly overIdleMiB: number
  readonly seconds: number
  /** of a step made of many requests */
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** why there are no figures */
  readonly failure?: string
}

export type Result = RateResult | MemoryResult

const RATE_WANTED = 1.5
const CPU_WANTED = 0.5
const MIB = 1024 * 1024

export function mib(bytes: number): number {
  return bytes / MIB
}

/** Sets the two servers side by side. */
export function compare(result: Omit<RateResult, 'kind' | 'rateRatio' | 'cpuRatio' | 'reached'>): RateResult {
  const { filmroom, orthanc, base } = result.figures
  const peer = orthanc ?? base
  if (filmroom === undefined || peer === undefined) return { kind: 'rate', ...result }
  const rateRatio = filmroom.rate / peer.rate
  const cpuRatio = filmroom.cpuMs / peer.cpuMs
  const reached = rateRatio >= RATE_WANTED || (rateRatio >= 1 && cpuRatio <= CPU_WANTED)
  return { kind: 'rate', ...result, rateRatio, cpuRatio, reached }
}

export function jsonLine(result: Result, machine: string): string {
  return JSON.stringify({ ...result, machine }, (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value,
  )
}

/** The tables, as Markdown. */
export function tables(results: readonly Result[], machine: string, settings: string): string {
  const rates = results.filter(result => result.kind === 'rate')
  const memory = results.filter(result => result.kind === 'memory')
  return [
    `${new Date().toISOString().slice(0, 10)}, ${machine}; ${settings}.`,
    ...(rates.length === 0 ? [] : ['', rateTable(rates)]),
    ...(memory.length === 0 ? [] : ['', memoryTable(memory)]),
  ].join('\n')
}

function rateTable(results: readonly RateResult[]): string {
  const peer = results.some(({ figures }) => figures.base !== undefined) ? 'base' : 'orthanc'
  const sides = (result: RateResult, pick: (figures: Figures) => number): string =>
    (['filmroom', peer] as const)
      .map(name => result.figures[name])
      .map(figures => (figures === undefined ? '–' : shown(pick(figures))))
      .join(' / ')
  return [
    `| Filmroom / ${peer === 'base' ? 'base' : 'Orthanc'} | a second | ratio | p50 ms | p99 ms | CPU ms each | ratio | peak MiB |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...results.map(result =>
      [
        '',
        `${result.title} (\`${result.name}\`)`,
        `${sides(result, figures => figures.rate)} ${result.unit}s`,
        result.rateRatio === undefined ? '–' : `**${result.rateRatio.toFixed(2)}**`,
        sides(result, figures => figures.p50Ms),
        sides(result, figures => figures.p99Ms),
        sides(result, figures => figures.cpuMs),
        result.cpuRatio === undefined ? '–' : result.cpuRatio.toFixed(2),
        sides(result, figures => figures.peakMiB),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n')
}

function memoryTable(results: readonly MemoryResult[]): string {
  return [
    '| large instances | server | MiB over idle | idle MiB | seconds | p50 ms | p99 ms |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...results.map(result =>
      [
        '',
        `${result.title} (\`${result.name}\`)`,
        result.server,
        ...(result.failure === undefined
          ? [
              shown(result.overIdleMiB),
              shown(result.idleMiB),
              shown(result.seconds),
              result.p50Ms === undefined ? '–' : shown(result.p50Ms),
              result.p99Ms === undefined ? '–' : shown(result.p99Ms),
            ]
          : [result.failure, '–', '–', '–', '–']),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n')
}

/** Three figures, no more: the rest is noise. */
function shown(n: number): string {
  return n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n >= 1 ? n.toFixed(2) : n.toFixed(3)
}
