/** Filters, tests and functions that a template finds. May import: template.python. */
package org.sparklora.template.builtin;
