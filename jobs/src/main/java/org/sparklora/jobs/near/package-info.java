/** Which rows of a corpus are nearly equal, found in Spark with memory for a few texts a task. */
package org.sparklora.jobs.near;
