import { nodeHost } from '../support/node-host.ts'
import { workerdHost } from '../support/workerd-host.ts'
import { describeWebhooks } from './webhooks.suite.ts'

describeWebhooks('Node', nodeHost())
describeWebhooks('workerd', workerdHost)
