/** From tables of answers to figures that say how good they are. */
package org.sparklora.jobs.evaluate;
