import type { FastifyRequest } from 'fastify'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntaxes.js'
import type { Retrieved } from '../services/retrieve.js'
import { choose, type Choice } from '../web/accept.js'
import { instanceOffers, ZIP, zipOffers, type Offer } from '../web/offers.js'
import { acceptedRanges } from './accepted.js'

type FoundInstance = Retrieved['first']

/** Which transfer syntaxes instances can be transcoded to. */
export interface InstanceSyntaxes {
  /** all that there is an encoder for */
  readonly targets: readonly string[]
  readonly possible: (instance: FoundInstance) => Promise<readonly string[]>
}

export interface InstanceNegotiator {
  readonly choiceOf: (instance: FoundInstance) => Promise<Choice | undefined>
  /** Whether there is a choice; where any transcoding would do, the instance is not looked into. */
  readonly isAcceptable: (instance: FoundInstance) => Promise<boolean>
  /** What would be chosen if every encoder took every image. */
  readonly firstChoice: (TransferSyntaxUID: string) => Choice | undefined
}

/** Instances of one stored transfer syntax are negotiated alike, unless they would be transcoded: then their samples count.
 *  What the first that can be given goes in, an archive or multipart, all go in. */
export function negotiator(
  request: FastifyRequest,
  one: boolean,
  { targets, possible }: InstanceSyntaxes,
): InstanceNegotiator {
  const ranges = acceptedRanges(request)
  const known = new Map<string, Choice | undefined>()
  /** The first is asked about by the survey, for the head of the answer, and as it is sent. */
  const chosen = new WeakMap<FoundInstance, Promise<Choice | undefined>>()
  let archive: boolean | undefined
  const offers = (stored: string, syntaxes: readonly string[]): Offer[] => [
    ...(archive === true ? [] : instanceOffers(stored, one, syntaxes)),
    ...(archive === false ? [] : zipOffers(stored, syntaxes)),
  ]
  const firstChoice = (stored: string): Choice | undefined => {
    if (!known.has(stored)) known.set(stored, choose(ranges, offers(stored, targets)))
    return known.get(stored)
  }
  const lookedInto = async (instance: FoundInstance): Promise<Choice | undefined> => {
    const stored = instance.TransferSyntaxUID
    const first = firstChoice(stored)
    const choice =
      first?.content === 'transcoded' ? choose(ranges, offers(stored, await possible(instance))) : first
    if (choice !== undefined) archive ??= choice.mediaType === ZIP
    return choice
  }
  const choiceOf = (instance: FoundInstance): Promise<Choice | undefined> => {
    const choice = chosen.get(instance) ?? lookedInto(instance)
    chosen.set(instance, choice)
    return choice
  }
  const certain = new Map<string, boolean>()
  /** Whatever its samples go into: what is possible adds offers, and Explicit Little Endian alone changes another. */
  const isCertain = (stored: string): boolean => {
    const known = certain.get(stored)
    if (known !== undefined) return known
    const is = [[], [EXPLICIT_VR_LITTLE_ENDIAN]].every(
      syntaxes => choose(ranges, offers(stored, syntaxes)) !== undefined,
    )
    certain.set(stored, is)
    return is
  }
  return {
    firstChoice,
    choiceOf,
    isAcceptable: async instance =>
      (archive !== undefined && isCertain(instance.TransferSyntaxUID)) ||
      (await choiceOf(instance)) !== undefined,
  }
}
