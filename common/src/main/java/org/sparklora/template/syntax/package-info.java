/**
 * From a template's text to its tree. May import: template.builtin, template.python, template.tree.
 */
package org.sparklora.template.syntax;
