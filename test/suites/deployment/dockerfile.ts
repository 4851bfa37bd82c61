/** Reads a Dockerfile: stages and instructions, of the few that docker/Dockerfile uses. */

export interface Instruction {
  readonly name: string
  readonly text: string
}

export interface Stage {
  /** as it is named, or its number */
  readonly name: string
  /** an image, or an earlier stage */
  readonly from: string
  readonly instructions: readonly Instruction[]
}

const KNOWN =
  /^(FROM|WORKDIR|COPY|RUN|ENV|LABEL|VOLUME|EXPOSE|USER|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD)\s+(\S.*)$/

/** @throws Error for an instruction that is not known here: it would go untested */
export function readDockerfile(text: string): Stage[] {
  const stages: { name: string; from: string; instructions: Instruction[] }[] = []
  const lines = text
    .split('\n')
    .filter(line => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
  for (const line of lines) {
    const [, name, rest = ''] = KNOWN.exec(line) ?? []
    if (name === undefined) throw new Error(`an instruction that is not known here: ${line}`)
    if (name === 'FROM') {
      const [, from = '', as] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest) ?? []
      stages.push({ name: as ?? String(stages.length), from, instructions: [] })
    } else {
      const stage = stages.at(-1)
      if (stage === undefined) throw new Error('an instruction before the first FROM')
      stage.instructions.push({ name, text: rest })
    }
  }
  return stages
}

/** The exec form, which needs no shell.
 * @throws Error for the shell form */
export function words(text: string): readonly string[] {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value)) throw new Error(`expected words in brackets: ${text}`)
  return value.map(String)
}

/** `NAME=value NAME="a value"` */
export function assignments(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.]+)=("[^"]*"|\S+)/g)]
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.replace(/^"(.*)"$/, '$1')]))
}
