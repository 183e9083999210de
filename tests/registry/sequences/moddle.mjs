// A second reader: what bpmn-moddle, which bpmn.io's tools stand on, reads in BPMN files, and how it writes them again.
// Standard input: [xml, ...]. Standard output: [{warnings, nodes, flows, ours, again}, ...].
import { readFileSync } from 'node:fs'
import { BpmnModdle } from 'bpmn-moddle'

const OURS = ['uses', 'handOver', 'gives']

function * within (element) {
  yield element
  for (const property of ['rootElements', 'flowElements']) {
    for (const child of element.get(property) ?? []) yield * within(child)
  }
}

function told (element) {
  const { $type, $body, $children, ...members } = element
  const attributes = Object.fromEntries(Object.entries(members).filter(([name]) => !name.startsWith('xmlns')))
  return { kind: $type.replace(/^.*:/, ''), ...attributes, text: $body ?? '', inside: ($children ?? []).map(told) }
}

function ours (element) {
  const values = element.extensionElements?.values ?? []
  return values.filter(value => OURS.includes(value.$type.replace(/^.*:/, ''))).map(told)
}

async function read (xml) {
  const moddle = new BpmnModdle()
  const { rootElement, warnings } = await moddle.fromXML(xml)
  const elements = [...within(rootElement)]
  const nodes = elements.filter(element => element.$instanceOf?.('bpmn:FlowNode'))
  const flows = elements.filter(element => element.$type === 'bpmn:SequenceFlow')
  return {
    warnings: warnings.map(warning => warning.message),
    nodes: nodes.map(node => [node.$type, node.id, node.name ?? '']),
    flows: flows.map(flow => [flow.id, flow.sourceRef?.id, flow.targetRef?.id, flow.name ?? '']),
    ours: Object.fromEntries(nodes.map(node => [node.id, ours(node)]).filter(([, values]) => values.length)),
    again: (await moddle.toXML(rootElement, { format: true })).xml
  }
}

const files = JSON.parse(readFileSync(0, 'utf-8'))
process.stdout.write(JSON.stringify(await Promise.all(files.map(read))))
