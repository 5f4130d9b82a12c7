import { nodeHost } from '../support/node-host.ts'
import { workerdHost } from '../support/workerd-host.ts'
import { describeProviderFaults } from './provider-faults.suite.ts'

describeProviderFaults('Node', nodeHost())
describeProviderFaults('workerd', workerdHost)
