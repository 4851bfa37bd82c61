/** Measures scenarios on the servers in turn, round by round, so that what changes on the machine meets both. */
import { drive, type Driven, type Load } from './load/drive.js'
import { cpuMs, forgetPeak, peakResidentBytes } from './process-figures.js'
import { compare, mib, type Figures, type RateResult } from './results.js'
import type { Server, ServerName } from './servers.js'

export interface Scenario {
  readonly name: string
  readonly title: string
  /** instances that a request stores; where absent, requests are counted */
  readonly instancesARequest?: number
  /** Makes ready what a round sends; not timed. */
  renew?(): void
  load(server: Server): Load
  /** Looks at whole answers, not timed: before the rounds for reads, after each round for stores.
   * @throws Error where the server answers something else than what was stored */
  verify(server: Server): Promise<void>
}

export interface Rounds {
  readonly rounds: number
  /** length of a round of reads */
  readonly readMs: number
}

interface Round extends Driven {
  readonly serverCpuMs: number
  readonly generatorCpuMs: number
  readonly peakBytes: number
}

const WARM_UP_SHARE = 0.25

export async function measure(
  scenario: Scenario,
  servers: readonly Server[],
  { rounds }: Rounds,
): Promise<RateResult> {
  const stores = scenario.instancesARequest !== undefined
  const taken = new Map<ServerName, Round[]>()
  for (const server of servers) {
    taken.set(server.name, [])
    // A server runs for weeks: what it compiles and opens at first is not measured.
    if (!stores) await scenario.verify(server)
    scenario.renew?.()
    await drive(server.port, shortened(scenario.load(server)))
  }
  let clients = 0
  for (let round = 0; round < rounds; round += 1) {
    for (const server of round % 2 === 0 ? servers : [...servers].reverse()) {
      scenario.renew?.()
      const load = scenario.load(server)
      clients = load.clients
      taken.get(server.name)?.push(await oneRound(server, load))
      if (stores) await scenario.verify(server)
    }
  }
  const counted = scenario.instancesARequest ?? 1
  const figures = Object.fromEntries([...taken].map(([name, all]) => [name, figuresOf(all, counted)]))
  return compare({
    name: scenario.name,
    title: scenario.title,
    unit: stores ? 'instance' : 'request',
    clients,
    figures,
    generatorCpuMs: median(
      (taken.get('filmroom') ?? []).map(round => round.generatorCpuMs / (round.requests * counted)),
    ),
  })
}

async function oneRound(server: Server, load: Load): Promise<Round> {
  forgetPeak(server.pid)
  const serverBefore = cpuMs(server.pid)
  const generatorBefore = process.cpuUsage()
  const driven = await drive(server.port, load)
  const generator = process.cpuUsage(generatorBefore)
  return {
    ...driven,
    serverCpuMs: cpuMs(server.pid) - serverBefore,
    generatorCpuMs: (generator.user + generator.system) / 1000,
    peakBytes: peakResidentBytes(server.pid),
  }
}

function shortened(load: Load): Load {
  return 'ms' in load.until ? { ...load, until: { ms: load.until.ms * WARM_UP_SHARE } } : load
}

function figuresOf(rounds: readonly Round[], counted: number): Figures {
  const rates = rounds.map(round => (round.requests * counted) / round.seconds)
  const latencies = rounds.flatMap(round => round.latenciesMs)
  return {
    rate: median(rates),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpus: rounds.map(round => round.serverCpuMs / (round.requests * counted)),
    cpuMs: median(rounds.map(round => round.serverCpuMs / (round.requests * counted))),
    peakMiB: mib(Math.max(...rounds.map(round => round.peakBytes))),
    rates,
  }
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The smallest value with at least that share of all at or below it; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
