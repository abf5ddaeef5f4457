/**
 * A parsed template as a tree of nodes that know how to run. May import: template.builtin,
 * template.python.
 */
package org.sparklora.template.tree;
