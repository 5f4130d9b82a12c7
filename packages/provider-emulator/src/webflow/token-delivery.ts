import {
  type DeliveryScenario,
  deliverDripping,
  deliverSlowly,
  deliverStalling,
  deliverTruncated,
} from '../delivery.ts'

export const TOKEN_DELIVERIES: readonly DeliveryScenario[] = [
  {
    name: 'token-endpoint-truncated',
    description: 'The ordinary answer, cut in the middle of its JSON.',
    deliver: deliverTruncated,
  },
  {
    name: 'token-endpoint-slow',
    description: 'No answer until the client goes away or 30 seconds are over, then the usual one.',
    deliver: deliverSlowly,
  },
  {
    name: 'token-endpoint-stalls',
    description: 'Headers at once and then silence for up to 30 seconds, then the usual body.',
    deliver: deliverStalling,
  },
  {
    name: 'token-endpoint-drip',
    description: 'The ordinary answer, one byte per second.',
    deliver: deliverDripping,
  },
]
