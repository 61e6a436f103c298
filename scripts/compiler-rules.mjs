// The rules of the React compiler, as they come with its plugin, but for every file.
import reactHooks from 'eslint-plugin-react-hooks'

/** @import { Rule } from 'eslint' */

const { rules } = reactHooks

/**
 * The plugin passes over a file that declares no component and no hook at its top level, such as one that exports `memo(…)`, or a test that has its
 * components inside. Here each file begins, for its eyes, with a component in Flow's syntax; what is compiled comes from the file's text.
 * @type {Record<string, Rule.RuleModule>}
 */
export const compilerRules = Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, forEveryFile(rule)]))

/**
 * @param {Rule.RuleModule} rule
 * @returns {Rule.RuleModule}
 */
function forEveryFile(rule) {
  return {
    ...rule,
    create(context) {
      const { ast } = context.sourceCode
      const marked = { ...ast, body: [{ type: 'ComponentDeclaration' }, ...ast.body] }
      const sourceCode = Object.create(context.sourceCode, { ast: { value: marked } })
      return rule.create(Object.create(context, { sourceCode: { value: sourceCode } }))
    },
  }
}
