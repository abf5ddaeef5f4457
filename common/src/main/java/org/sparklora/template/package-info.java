/**
 * Chat templates: the part of Jinja that published ones use, read once and rendered often. May
 * import: template.builtin, template.python, template.syntax, template.tree.
 */
package org.sparklora.template;
