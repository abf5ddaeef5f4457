/**
 * Values as Python has them: what a template compares, prints, slices and adds. May import:
 * nothing.
 */
package org.sparklora.template.python;
