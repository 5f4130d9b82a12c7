import { nodeHost } from '../support/node-host.ts'
import { workerdHost } from '../support/workerd-host.ts'
import { describeWix } from './wix.suite.ts'

describeWix('Node', nodeHost())
describeWix('workerd', workerdHost)
