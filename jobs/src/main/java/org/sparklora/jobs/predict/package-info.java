/** From prompts to a table of predictions. */
package org.sparklora.jobs.predict;
