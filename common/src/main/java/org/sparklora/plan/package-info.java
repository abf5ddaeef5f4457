/**
 * Which row is trained in which step and by which rank: pure functions of a table's size, its rows'
 * lengths and a seed.
 */
package org.sparklora.plan;
